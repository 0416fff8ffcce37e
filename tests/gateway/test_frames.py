"""The frames that we write ourselves: RFC 6455 5.2 to the byte, the shortest length form always."""

from __future__ import annotations

import pytest

from orderbell_gateway.frames import WrittenSocket


class FakeTransport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.closing = False

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closing


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def written(transport: FakeTransport) -> WrittenSocket:
    return WrittenSocket(transport, None, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "8100"), (125, "817d"), (126, "817e007e"), (65_535, "817effff"), (65_536, "817f0000000000010000")],
)
def test_the_length_has_its_shortest_form(
    written: WrittenSocket, transport: FakeTransport, size: int, head: str
) -> None:
    written.send(b"x" * size, binary=False)
    assert transport.written == bytes.fromhex(head) + b"x" * size


def test_a_binary_message_says_so(written: WrittenSocket, transport: FakeTransport) -> None:
    written.send(b"\xff", binary=True)
    assert transport.written == bytes.fromhex("8201ff")


def test_a_close_frame_has_code_and_reason_and_is_the_last(
    written: WrittenSocket, transport: FakeTransport
) -> None:
    written.close(4409, "面" * 60)
    written.ping()
    written.answer_close(1000)
    assert transport.written[:4] == bytes.fromhex("887d1139"), "125 bytes are the most that fit"
    assert transport.written[4:].decode() == "面" * 41
    assert len(transport.written) == 2 + 125


def test_the_clients_close_is_answered_with_its_code(
    written: WrittenSocket, transport: FakeTransport
) -> None:
    written.answer_close(4321)
    assert transport.written == bytes.fromhex("880210e1")


def test_a_close_without_a_code_is_answered_without_one(
    written: WrittenSocket, transport: FakeTransport
) -> None:
    written.answer_close(0)
    assert transport.written == bytes.fromhex("8800")
