"""Functions that were written for the retired cloud gateway, and know nothing of us, are served unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from websockets.sync.client import connect

from support.waiting import until
from tests.gateway.gateway_process import GatewayProcess

CHAT = Path(__file__).with_name("foreign_chat")


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    folder = tmp_path / "bucket"
    folder.mkdir()
    return folder


@pytest.fixture
def chat(start: Callable[..., GatewayProcess], bucket: Path) -> GatewayProcess:
    return start("--allow-unauthenticated-push", root=CHAT, PUSH_TOKEN="", CHAT_BUCKET=str(bucket))


def people(bucket: Path) -> int:
    return len(list(bucket.iterdir()))


@pytest.mark.parametrize("path", ["/release/", "/"])
def test_who_is_in_the_room_hears_the_others(chat: GatewayProcess, bucket: Path, path: str) -> None:
    with connect(chat.ws(path)) as ann, connect(chat.ws(path)) as bob, connect(chat.ws(path)) as eve:
        ann.send("大家好")
        assert bob.recv(timeout=10) == eve.recv(timeout=10) == "大家好(===Online people:3===)"
        bob.send("hello")
        assert ann.recv(timeout=10) == eve.recv(timeout=10) == "hello(===Online people:3===)"
        with pytest.raises(TimeoutError):
            bob.recv(timeout=0)


def test_who_leaves_is_forgotten(chat: GatewayProcess, bucket: Path) -> None:
    with connect(chat.ws("/")) as ann:
        with connect(chat.ws("/")):
            assert people(bucket) == 2
        until(lambda: people(bucket) == 1, "the object of who left is gone")
        with connect(chat.ws("/")) as bob:
            bob.send("again")
            assert ann.recv(timeout=10) == "again(===Online people:2===)"


def test_a_dead_row_does_not_stop_the_message_for_the_others(chat: GatewayProcess, bucket: Path) -> None:
    (bucket / quote("AAAA/BBBB+CCCC==", safe="")).write_text("websocket")
    with connect(chat.ws("/")) as ann, connect(chat.ws("/")) as bob:
        ann.send("hello")
        assert bob.recv(timeout=10) == "hello(===Online people:3===)"


def test_the_ids_are_of_the_kind_that_breaks_careless_keys(chat: GatewayProcess, bucket: Path) -> None:
    for _ in range(20):
        with connect(chat.ws("/")):
            keys = "".join(path.name for path in bucket.iterdir())
            assert "%3D" in keys
