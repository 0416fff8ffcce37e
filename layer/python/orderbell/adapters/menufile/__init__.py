"""A shop and its menu as one YAML file that its owner can edit. The only place that knows YAML.

Money in the file is a decimal in major units ("26.00"). It is read from the text, never through a float.
Every fault is a MenuError with its line, so that whoever edits the file knows where to look.
"""

from __future__ import annotations

from orderbell.adapters.menufile.reader import parse
from orderbell.adapters.menufile.writer import dump
from orderbell.domain.shopfile import ShopFile

__all__ = ["ShopFile", "dump", "parse"]
