"""An order that is longer than the kitchen's screen is high."""

from __future__ import annotations

import re

from browser.people import Open, kitchen, ticket
from playwright.sync_api import expect

from support.system import System

LONG = [
    {"item": "cucumber-salad", "quantity": 1 + n % 3, "note": f"{n}: no coriander, more vinegar"}
    for n in range(14)
]


def test_it_is_accepted_where_it_stands_and_its_code_is_in_view(system: System, open_page: Open) -> None:
    body = {
        "shop": "noodle-house",
        "service": "pickup",
        "customer": {"name": "Li Lei", "phone": "13800001234"},
    }
    placed = system.post({**body, "lines": LONG}).json()
    screen = kitchen(system, open_page)
    card = ticket(screen, placed["order"]["number"])
    code = card.get_by_text(placed["order"]["number"], exact=True)
    accept = card.get_by_role("group", name="Accept, ready in")
    expect(accept).to_be_in_viewport(ratio=1)
    expect(code).to_be_in_viewport(ratio=1)
    reject = card.get_by_role("button", name="Reject")
    expect(reject).not_to_be_in_viewport()
    reject.scroll_into_view_if_needed()  # what is below it can be reached, too
    expect(reject).to_be_in_viewport(ratio=1)
    card.get_by_role("button", name="Accept, 15 min").click()
    cooking = screen.get_by_role("region", name=re.compile("^In the kitchen"))
    expect(cooking.get_by_role("article")).to_have_count(1)
