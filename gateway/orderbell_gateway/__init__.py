"""The gateway of orderbell: sockets in, the cloud's own events out to functions, no orders known."""
