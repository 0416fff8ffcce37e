"""A frame came on a socket, or the timer calls for the sweep. Deployed alone; all it needs is in the layer."""

from orderbell import entry

main_handler = entry.socket(entry.transport, entry.sweep)
