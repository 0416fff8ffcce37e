"""The rules: what an order is, what it costs, how it may move. No I/O, no clock, no randomness."""
