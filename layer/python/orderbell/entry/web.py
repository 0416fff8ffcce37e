"""The HTTP uses: POST and GET /bill, GET /get_shop_info, GET /healthz (protocol.md 1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import msgspec

from orderbell.adapters.events.tencent import Request, Response
from orderbell.domain import errors as e
from orderbell.domain.menu import LANGUAGES
from orderbell.entry import body
from orderbell.entry.doors import refused
from orderbell.entry.wiring import Wiring, wiring
from orderbell.service.ports import Standing
from orderbell.wire import frames as f
from orderbell.wire import parse, render
from orderbell.wire.tokens import is_uuid

MAX_BODY_BYTES = 16 * 1024
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_SEQ = re.compile(r"[0-9]{1,15}")


def bill(request: Request) -> Response:
    """Place an order (POST), or show one to its customer, or a kitchen's stream to a device (GET)."""
    return _for_pages(request, wiring().for_call(), _bill)


def shops(request: Request) -> Response:
    """List the shops, show one with its menu, or say whether all is well."""
    return _for_pages(request, wiring(pushes=False).for_call(), _shops)


def _for_pages(request: Request, parts: Wiring, use: Callable[[Request, Wiring], Response]) -> Response:
    """Answer so that the pages of allowed origins can read it, refusals too."""
    try:
        answer = use(request, parts)
    except (e.Refused, e.Unavailable) as error:
        answer = refused(error, request.request_id)
    return _cross_origin(request, parts, answer)


def _bill(request: Request, parts: Wiring) -> Response:
    if request.method == "OPTIONS":
        return _preflight(request, parts, "GET, POST")
    if request.method == "POST":
        return _place(request, parts)
    if request.method not in ("GET", "HEAD"):
        raise e.MethodNotAllowed("use POST to place an order, GET to show one", "GET, POST, OPTIONS")
    return _show(request, parts)


def _shops(request: Request, parts: Wiring) -> Response:
    if request.method == "OPTIONS":
        return _preflight(request, parts, "GET")
    if request.method not in ("GET", "HEAD"):
        raise e.MethodNotAllowed("use GET", "GET, OPTIONS")
    if request.path.endswith("/healthz"):
        parts.ledger.healthy()
        return Response(200, b'{"status":"ok","database":"ok"}')
    if "board" in request.query:
        return _board(request, parts, request.query["board"])
    slug = request.query.get("shop")
    return _list(request, parts) if slug is None else _shop(request, parts, slug)


def _place(request: Request, parts: Wiring) -> Response:
    key = request.headers.get("idempotency-key")
    _check_head(request, key)
    assert key is not None
    new, draft = body.read(parse.load(request.body), parts.catalog)
    placed = parts.ordering.place(draft, key, _fingerprint(new), request.peer)
    answer = render.encode(f.PlacedAnswer(render.order(placed.order, masked=False), placed.token))
    headers = {"Location": f"/bill?order={placed.order.id}"}
    if placed.replayed:
        return Response(200, answer, {**headers, "Idempotency-Replayed": "true"})
    return Response(201, answer, headers)


def _check_head(request: Request, key: str | None) -> None:
    media, *parameters = (
        request.headers.get("content-type", "").lower().replace(" ", "").replace('"', "").split(";")
    )
    charsets = [each for each in parameters if each.startswith("charset=")]
    if media != "application/json" or charsets not in ([], ["charset=utf-8"]):
        raise e.UnsupportedMediaType("send the order as application/json")
    if len(request.body) > MAX_BODY_BYTES:
        raise e.TooLarge(f"the body must be at most {MAX_BODY_BYTES} bytes, got {len(request.body)}")
    if key is None:
        raise e.KeyMissing(
            "send an Idempotency-Key: one new random text per order, the same with every retry"
        )
    if not _KEY.fullmatch(key):
        raise e.KeyInvalid(f"the Idempotency-Key must be 1 to 255 printable ASCII characters, got {len(key)}")


def _fingerprint(new: f.NewOrder) -> bytes:
    """Return what tells one order from another under the same key: the meaning of the body, not its spelling."""
    return hashlib.sha256(msgspec.json.encode(new, order="deterministic")).digest()


def _show(request: Request, parts: Wiring) -> Response:
    token = _bearer(request)
    if token is None:  # who has one is counted when it is known whose it is
        parts.limiter.reads(request.peer)
    if "order" in request.query:
        order_id = request.query["order"]
        if token is None:
            raise e.Unauthorized("send the order's token: Authorization: Bearer TOKEN")
        if not is_uuid(order_id):
            raise e.NotFound("there is no such order, or the token is not for it")
        order = parts.ordering.show(order_id, token, request.peer)
        return Response(200, render.encode(f.OrderAnswer(render.order(order, masked=False))))
    if "day" in request.query:
        from orderbell.entry import day  # an owner's question: who places orders does not pay for it

        return day.show(request, parts.reports, token, language(request))
    if "after" not in request.query:
        raise e.Invalid(
            "some fields are wrong", (e.FieldError("/order", "name an order, or for a kitchen after=SEQ"),)
        )
    if token is None:
        raise e.Unauthorized("send the device's token: Authorization: Bearer TOKEN")
    after = request.query["after"]
    if not _SEQ.fullmatch(after):
        raise e.Invalid(
            "some fields are wrong", (e.FieldError("/after", "must be a seq: a whole number from 0"),)
        )
    attends = request.query.get("ready") == "1"
    epoch = request.query.get("epoch")
    text = parts.sessions.poll(token, int(after), epoch, attends=attends, peer=request.peer)
    return Response(200, text.encode())


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _list(request: Request, parts: Wiring) -> Response:
    found, now = parts.catalog.shops()
    cards = [render.card(shop, language(request), now) for shop in found]
    return Response(200, render.encode(f.ShopList(cards)), {"Vary": "Accept-Language"})


def _shop(request: Request, parts: Wiring, slug: str) -> Response:
    standing = _standing(parts, slug)
    tongue = language(request)
    body = render.encode(
        f.ShopAnswer(
            render.shop(
                standing.shop, parts.catalog.menu(standing.shop, standing.epoch), tongue, standing.now
            )
        )
    )
    return _unless_known(request, body, body)


def _board(request: Request, parts: Wiring, slug: str) -> Response:
    standing = _standing(parts, slug)
    parts.wall.shop(standing.shop.id)
    answer = f.BoardAnswer(
        render.card(standing.shop, language(request), standing.now),
        render.board(parts.ledger.board(standing.shop.id)),
    )
    # The time of asking makes no other board.
    means = render.encode((answer.shop, answer.board.preparing, answer.board.ready))
    return _unless_known(request, render.encode(answer), means)


def _standing(parts: Wiring, slug: str) -> Standing:
    if not _SLUG.fullmatch(slug):
        raise e.UnknownShop("there is no such shop")
    return parts.catalog.standing(slug)


def _unless_known(request: Request, body: bytes, means: bytes) -> Response:
    """Answer with the body, or say that its meaning is what the reader has already."""
    etag = f'"{hashlib.sha256(means).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    asked = request.headers.get("if-none-match", "")
    known = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    if etag in known or "*" in known:
        return Response(304, b"", headers)
    return Response(200, body, headers)


def language(request: Request) -> str | None:
    """Return the language of ours that the reader likes best, or None: then the shop's own."""
    liked: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, weight = "".join(part.split()).partition(";q=")
        try:
            liked.append((-float(weight or 1), tag.lower()))
        except ValueError:
            continue
    for negative, tag in sorted(liked, key=lambda pair: pair[0]):
        for ours in LANGUAGES:
            if negative < 0 and tag.split("-")[0] == ours.lower().split("-")[0]:
                return ours
    return None


def _preflight(request: Request, parts: Wiring, methods: str) -> Response:
    headers = {"Allow": f"{methods}, OPTIONS"}
    if request.headers.get("origin") in parts.allowed_origins:
        headers["Access-Control-Allow-Methods"] = methods
        headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
        headers["Access-Control-Max-Age"] = "600"
    return Response(204, b"", headers)


def _cross_origin(request: Request, parts: Wiring, answer: Response) -> Response:
    """Let the pages of allowed origins read the answer; an exact list, never `*`."""
    origin = request.headers.get("origin")
    if origin is None or origin not in parts.allowed_origins:
        return answer
    vary = ", ".join(filter(None, (answer.headers.get("Vary"), "Origin")))
    extra = {
        "Access-Control-Allow-Origin": origin,
        "Vary": vary,
        "Access-Control-Expose-Headers": "ETag, Location, Idempotency-Replayed, Retry-After, X-Request-Id",
    }
    return Response(answer.status, answer.body, {**answer.headers, **extra})
