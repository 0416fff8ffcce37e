"""The example order of protocol.md, for every test that sends one."""

from __future__ import annotations

from typing import Any

ORDER: dict[str, Any] = {
    "shop": "noodle-house",
    "service": "pickup",
    "table": None,
    "customer": {"name": "Li Lei", "phone": "13800001234", "address": None},
    "lines": [
        {"item": "beef-noodles", "quantity": 2, "options": ["large", "extra-egg"], "note": "no coriander"}
    ],
    "note": "",
    "expected_total": 6400,
}
