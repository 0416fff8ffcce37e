"""Ways to reach a socket: one module per cloud."""
