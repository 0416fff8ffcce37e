"""/bill: take an order, show an order. Deployed alone; all it needs is in the layer."""

from orderbell import entry

main_handler = entry.http(entry.bill)
