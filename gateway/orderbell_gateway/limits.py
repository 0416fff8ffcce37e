"""What one WebSocket may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one connection may cost. 0 seconds switches a limit off."""

    sockets: int = 10_000
    first_frame_s: float = 10
    idle_s: float = 600
    ping_s: float = 15
    pong_s: float = 10
    close_s: float = 3
    message_bytes: int = 65_536
    send_buffer_bytes: int = 262_144
    send_s: float = 20
    """How long something may wait for a client that reads too slowly."""
    inbox_frames: int = 64
    message_burst: int = 200
    """Messages and pings of one client at once."""
    message_rate: float = 40
    """And a second, in the long run."""
