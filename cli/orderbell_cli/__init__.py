"""The command line of orderbell: the whole system on one command, shops, kitchens and a doctor."""
