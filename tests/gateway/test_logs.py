"""The log: JSON lines with a request id that follows a request, and nothing personal."""

from __future__ import annotations

import json
from collections.abc import Callable

import requests
from websockets.sync.client import connect

from tests.gateway.gateway_process import TOKEN, GatewayProcess


def test_every_line_is_json_and_none_holds_what_people_sent(start: Callable[..., GatewayProcess]) -> None:
    gateway = start()
    canaries = {
        name: f"canary-{name}" for name in ("body", "query", "header", "path", "frame", "page", "token")
    }
    requests.post(
        gateway.url + f"/probe?q={canaries['query']}",
        data=canaries["body"],
        headers={"X-Own": canaries["header"], "Authorization": f"Bearer {canaries['token']}"},
    )
    requests.get(f"{gateway.url}/t/{canaries['path']}/x")
    requests.get(f"{gateway.url}/s/{canaries['page']}")
    requests.get(f"{gateway.url}/{canaries['path']}")
    requests.post(gateway.push_url, data=canaries["body"], headers={"Authorization": f"Bearer {TOKEN}"})
    requests.post(gateway.push_url, headers={"Authorization": f"Bearer {canaries['token']}"})
    with connect(gateway.ws(f"/ws?token={canaries['query']}")) as client:
        client.send(f"echo:{canaries['frame']}")
        client.recv(timeout=10)
        client.send("id:")
        connection = str(client.recv(timeout=10))
    gateway.logged("socket_closed")
    gateway.logged("frame")
    assert gateway.stop() == 0
    text = gateway.log_file.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"ts", "level", "event"} <= line.keys() for line in lines)
    assert len(lines) > 10
    assert "canary" not in text
    assert connection not in text
    assert TOKEN not in text
    assert gateway.error_file.read_text() == ""


def test_a_request_can_be_followed_through_every_hop(start: Callable[..., GatewayProcess]) -> None:
    gateway = start()
    reply = requests.get(gateway.url + "/probe?do=print")
    one = reply.headers["x-request-id"]
    line = gateway.logged("http", request_id=one)
    assert (line["route"], line["method"], line["status"], line["outcome"]) == ("/probe", "GET", 200, "ok")
    assert gateway.logged("output", request_id=one)
    with connect(gateway.ws("/ws")) as client:
        opened = gateway.logged("socket_opened")
        client.send("echo:x")
        client.recv(timeout=10)
    frame = gateway.logged("frame")
    assert opened["request_id"] == client.response.headers["x-request-id"]
    assert frame["connection"] == opened["connection"]
    assert gateway.logged("push", request_id=frame["request_id"])["connection"] == opened["connection"]


def test_the_level_leaves_lines_out(start: Callable[..., GatewayProcess]) -> None:
    gateway = start("--log-level", "error")
    requests.get(gateway.url + "/probe?do=raise")
    requests.get(gateway.url + "/plain")
    gateway.logged("exception")
    gateway.stop()
    assert {line["level"] for line in gateway.log()} == {"error"}
