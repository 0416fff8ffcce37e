"""Create or upgrade the tables, and load the demo shops into an empty database. Invoked by the operator; no route leads here."""

from orderbell import entry

main_handler = entry.task(entry.init_db)
