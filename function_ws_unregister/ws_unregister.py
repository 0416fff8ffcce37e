"""A socket closed. Deployed alone; all it needs is in the layer."""

from orderbell import entry

main_handler = entry.socket(entry.unregister)
