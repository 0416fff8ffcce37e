"""`python -m orderbell_cli` is `orderbell`."""

from orderbell_cli.main import main

main()
