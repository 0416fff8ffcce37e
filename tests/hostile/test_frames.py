"""Hypothesis makes frames from docs/asyncapi.json, good ones and nearly good ones: each gets an answer that is documented."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hostile.cast import Cast
from hostile.entries import filled
from hostile.over_socket import RawSocket
from hostile.schemas import DOCUMENT, bent, frames
from hostile.test_corpus import HELLOS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from support.example import ORDER

CLOSES = {int(code) for code in DOCUMENT["channels"]["pgws"]["x-close-codes"]} - {1001, 1013}
MESSAGES = {
    name: Draft202012Validator({**message["payload"], "components": DOCUMENT["components"]})
    for name, message in DOCUMENT["components"]["messages"].items()
}
REFUSALS = {
    "validation",
    "unauthorized",
    "not_found",
    "unknown_shop",
    "conflict",
    "shop_closed",
    "rate_limited",
}
OF_ALL = {"kitchenShop", "kitchenAvailability", "unpair"}
"""They shut a shop, sell it out, or end the screen that is tried here: no harm to the server, but to what follows."""
ENDING = ("hello", "pair")
AT_ONCE = 20
"""Frames of one socket: above 64 that wait it would be closed for their number."""


@pytest.mark.parametrize("who", ["kitchen", "customer", "guest", None])
def test_any_frame_gets_a_documented_answer(cast: Cast, who: str | None) -> None:
    order, token = cast.place(ORDER)
    device = cast.system.pair()
    names = {
        "order": [order, cast.names["rival-order"]],
        "token": [token, device, cast.names["revoked-device"]],
        "shop": ["noodle-house", "coffee-bar"],
        "code": [cast.names["used-code"]],
        "id": ["1", "2", "3"],
    }
    made = {name: each for name, each in frames(names).items() if name not in OF_ALL}
    calm = st.one_of([each for name, each in made.items() if not name.startswith(ENDING)])
    # A wrong hello ends the socket: were they as many as the others, what comes behind them would hardly be tried.
    good = st.integers(0, 15).flatmap(lambda one: calm if one else st.one_of(list(made.values())))
    hello = (
        []
        if who is None
        else [filled(HELLOS[who], {**cast.names, "device": device, "order": order, "token": token})]
    )

    @settings(
        max_examples=12,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.one_of(good, good.flatmap(bent)), min_size=AT_ONCE, max_size=AT_ONCE))
    def attack(said: list[Any]) -> None:
        last = str(uuid.uuid4())
        with RawSocket(cast.system.url) as socket:
            for frame in [*hello, *said, {"type": "command", "id": last, "name": "nothing of the kind"}]:
                socket.say(frame)
            for answer in socket.texts():
                documented(answer)
                if answer.get("id") == last:
                    return
            assert socket.code in CLOSES

    attack()
    cast.works()
    assert cast.alarms() == []


def documented(answer: dict[str, Any]) -> None:
    """See that an answer is a message of the description, and a refusal that means the frame and not us."""
    MESSAGES[answer["type"]].validate(answer)
    refused = answer.get("code") or answer.get("error", {}).get("code")
    assert refused is None or refused in REFUSALS, answer
