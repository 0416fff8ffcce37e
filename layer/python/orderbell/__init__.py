"""orderbell: an order is stored, then told, and told again until every screen has it."""

__version__ = "0.1.0"
