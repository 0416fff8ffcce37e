"""/get_shop_info: the shops and their menus. Deployed alone; all it needs is in the layer."""

from orderbell import entry

main_handler = entry.http(entry.shops)
