"""How an order is priced from the menu, or refused with everything that is wrong named at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orderbell.domain.errors import FieldError, Invalid, ItemUnavailable, PriceChanged, Refused, ShopClosed
from orderbell.domain.menu import Accepting, Openness
from orderbell.domain.order import ChosenOption, DraftLine, Order
from orderbell.domain.placing import place
from orderbell.domain.status import Actor, Status
from support.food import DRAFT, MENU, NOON, SHOP


def placing(*lines: DraftLine, expected_total: int | None = None, openness: Openness | None = None) -> Order:
    shop = SHOP if openness is None else replace(SHOP, openness=openness)
    draft = replace(DRAFT, lines=lines or DRAFT.lines, expected_total=expected_total)
    return place(shop, MENU, draft, order_id="o1", number="A11", at=NOON)


def pointers(refused: Refused) -> list[str]:
    return [error.pointer for error in refused.errors]


def test_the_order_of_the_protocol_costs_what_the_protocol_says() -> None:
    order = placing(expected_total=6400)
    (line,) = order.lines
    assert (line.unit_price, line.amount, order.total) == (3200, 6400, 6400)


def test_a_placed_order_is_what_was_asked_for_at_its_time() -> None:
    order = placing()
    assert (order.id, order.number, order.shop, order.status) == ("o1", "A11", "noodle-house", Status.PLACED)
    assert (order.version, order.currency, order.customer) == (1, "CNY", DRAFT.customer)
    assert (order.placed_at, order.accept_by) == (NOON, NOON + timedelta(minutes=5))
    assert [(step.status, step.at, step.by) for step in order.history] == [
        (Status.PLACED, NOON, Actor.CUSTOMER)
    ]


def test_a_shop_may_say_how_long_it_has_to_accept() -> None:
    order = place(replace(SHOP, accept_seconds=90), MENU, DRAFT, order_id="o", number="A11", at=NOON)
    assert order.accept_by == NOON + timedelta(seconds=90)


def test_lines_keep_the_names_in_the_shops_own_language() -> None:
    (line,) = placing().lines
    assert (line.name, line.options[0]) == ("牛肉面", ChosenOption("large", "大碗", 500))


def test_the_total_is_the_sum_of_all_lines() -> None:
    order = placing(DraftLine("tea", 3), DraftLine("tea", 1), DraftLine("beef-noodles", 1, ("regular",)))
    assert [line.amount for line in order.lines] == [1500, 500, 2400]
    assert order.total == 4400


def test_another_total_than_the_customer_saw_is_refused_with_the_right_one() -> None:
    with pytest.raises(PriceChanged) as refused:
        placing(expected_total=6399)
    assert refused.value.errors == (FieldError("/expected_total", "the total is 6400, not 6399"),)


@pytest.mark.parametrize("accepting", [Accepting.PAUSED, Accepting.CLOSED])
def test_a_shop_that_takes_no_orders_refuses(accepting: Accepting) -> None:
    with pytest.raises(ShopClosed):
        placing(openness=Openness(accepting, None, None))


def test_a_busy_shop_and_one_whose_pause_is_over_take_orders() -> None:
    placing(openness=Openness(Accepting.BUSY, 20, None))
    placing(openness=Openness(Accepting.PAUSED, None, NOON))
    with pytest.raises(ShopClosed):
        placing(openness=Openness(Accepting.PAUSED, None, NOON + timedelta(seconds=1)))


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        placing(
            DraftLine("pizza", 1),
            DraftLine("beef-noodles", 1, ("large", "cheese")),
            DraftLine("tea", 1, ("large",)),
            DraftLine("beef-noodles", 1, ("extra-egg", "extra-beef", "chili")),
            DraftLine("beef-noodles", 1, ("large", "large")),
        )
    assert pointers(refused.value) == [
        "/lines/0/item",
        "/lines/1/options/1",
        "/lines/2/options/0",
        "/lines/3/options",  # no size
        "/lines/3/options",  # three extras
        "/lines/4/options/1",
    ]


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        ((), "beef-noodles takes 1 of 'size', got 0"),
        (("large", "regular"), "beef-noodles takes 1 of 'size', got 2"),
        (("large", "extra-egg", "extra-beef", "chili"), "beef-noodles takes 0 to 2 of 'extras', got 3"),
        (("large", "large"), "option 'large' stands twice"),
    ],
)
def test_a_wrong_choice_is_explained(options: tuple[str, ...], detail: str) -> None:
    with pytest.raises(Invalid) as refused:
        placing(DraftLine("beef-noodles", 1, options))
    assert [error.detail for error in refused.value.errors] == [detail]


def test_everything_that_is_sold_out_is_named_at_once() -> None:
    with pytest.raises(ItemUnavailable) as refused:
        placing(DraftLine("soup", 1), DraftLine("tea", 1), DraftLine("beef-noodles", 1, ("bucket",)))
    assert pointers(refused.value) == ["/lines/0/item", "/lines/2/options/0"]


def test_an_order_that_costs_more_than_any_order_is_refused() -> None:
    gold = replace(MENU.items["tea"], id="gold", price=10**10)
    menu = replace(MENU, categories=(replace(MENU.categories[0], items=(gold,)),))
    draft = replace(DRAFT, lines=(DraftLine("gold", 11),), expected_total=None)
    with pytest.raises(Invalid) as refused:
        place(SHOP, menu, draft, order_id="o", number="A11", at=NOON)
    assert pointers(refused.value) == ["/lines"]
    ten = replace(draft, lines=(DraftLine("gold", 10),))
    assert place(SHOP, menu, ten, order_id="o", number="A11", at=NOON).total == 10**11
