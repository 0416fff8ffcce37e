"""Each function alone: its own folder, the built layer, a bare environment. What a forgotten file breaks, this finds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.example import ORDER
from support.system import ROOT

RUNNER = """
import importlib, json, sys
module, function = sys.argv[1].split(".")
sys.path.insert(0, ".")
handler = getattr(importlib.import_module(module), function)
for line in sys.stdin:
    print(json.dumps(handler(json.loads(line), {"request_id": "alone"})))
"""


class Gateway:
    """Just enough of a push endpoint to see what a function pushes."""

    def __init__(self) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.secrets: set[str] = set()
        pushed, secrets = self.pushed, self.secrets

        class Push(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                pushed.append(json.loads(body["websocket"]["data"]))
                secrets.add(self.headers["Authorization"])
                answer = b'{"errNo":0,"errMsg":"ok"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Push)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/api-12345678"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def layer() -> Path:
    """The layer as `./dev layer` builds it, with packages that this Python can load."""
    subprocess.run(
        [sys.executable, ROOT / "dev", "layer", "--native"], cwd=ROOT, check=True, capture_output=True
    )
    return ROOT / "build" / "layer-native"


class Alone:
    """Runs functions, each in an empty place with nothing but its folder, the layer and its settings."""

    def __init__(self, layer: Path, place: Path, **settings: str) -> None:
        self._layer, self._place, self._settings = layer, place, settings

    def run(
        self, function: str, *events: dict[str, Any], **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a function on events; its answers are lines of JSON on stdout."""
        folder = self._place / f"function_{function}"
        if not folder.exists():
            shutil.copytree(
                ROOT / f"function_{function}", folder, ignore=shutil.ignore_patterns("__pycache__")
            )
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self._layer), **self._settings, **settings}
        python = getattr(sys, "_base_executable", sys.executable)
        command = [python, "-S", "-B", "-W", "error", "-c", RUNNER, f"{function}.main_handler"]
        lines = "".join(json.dumps(event) + "\n" for event in events)
        return subprocess.run(
            command, cwd=folder, env=env, input=lines, capture_output=True, text=True, timeout=60
        )

    def answers(self, function: str, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a function and return its answers."""
        done = self.run(function, *events)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def http(method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    path, _, query = path.partition("?")
    return {
        "requestContext": {"requestId": "alone-1", "path": path, "httpMethod": method},
        "httpMethod": method,
        "path": path,
        "headers": names,
        "queryString": dict(pair.split("=") for pair in query.split("&") if pair),
        "body": "" if body is None else json.dumps(body),
    }


def frame(connection: str, **said: object) -> dict[str, Any]:
    message = {
        "action": "data send",
        "secConnectionID": connection,
        "dataType": "text",
        "data": json.dumps(said),
    }
    return {"websocket": message}


def test_every_function_does_its_work_alone(
    layer: Path, gateway: Gateway, empty_database_url: str, tmp_path: Path
) -> None:
    alone = Alone(layer, tmp_path, DATABASE_URL=empty_database_url, PUSH_URL=gateway.url, PUSH_TOKEN="s3cret")
    socket = "a/b+c=="

    first, again = alone.answers("init_db", {}, {})
    assert first["ok"] and "noodle-house" in first["demo"]
    assert again == {"ok": True, "upgraded": [], "demo": []}

    (shops,) = alone.answers("get_shop_info", http("GET", "/get_shop_info"))
    assert {shop["slug"] for shop in json.loads(shops["body"])["shops"]} == set(first["demo"])

    connecting = {"action": "connecting", "secConnectionID": socket}
    (accepted,) = alone.answers("ws_register", {"requestContext": {}, "websocket": connecting})
    assert accepted["errNo"] == 0 and accepted["websocket"]["secConnectionID"] == socket

    order = http("POST", "/bill", ORDER, Content_Type="application/json", Idempotency_Key=str(uuid.uuid4()))
    (placed,) = alone.answers("bill", order)
    assert placed["statusCode"] == 201
    body = json.loads(placed["body"])

    follow = frame(socket, type="hello", role="customer", order=body["order"]["id"], token=body["token"])
    alone.answers("ws_trans", follow, frame(socket, type="command", id="c1", name="cancel"))
    assert [said["type"] for said in gateway.pushed] == ["welcome", "order", "order", "result"]
    assert gateway.pushed[2]["order"]["status"] == "cancelled"
    assert gateway.secrets == {"Bearer s3cret"}

    (left,) = alone.answers("ws_unregister", {"websocket": {"action": "closing", "secConnectionID": socket}})
    assert left["errNo"] == 0


@pytest.mark.parametrize(
    ("function", "missing"),
    [
        *((function, "DATABASE_URL") for function in ("bill", "get_shop_info", "init_db", "ws_trans")),
        *((function, "PUSH_URL") for function in ("bill", "ws_register", "ws_trans", "ws_unregister")),
        *((function, "PUSH_TOKEN") for function in ("bill", "ws_register", "ws_trans", "ws_unregister")),
    ],
)
def test_a_missing_setting_stops_a_function_with_one_line_that_names_it(
    layer: Path, tmp_path: Path, function: str, missing: str
) -> None:
    settings = {
        "DATABASE_URL": "postgresql://x@127.0.0.1:1/x",
        "PUSH_URL": "http://127.0.0.1:1/a",
        "PUSH_TOKEN": "s",
    }
    del settings[missing]
    event = (
        http("GET", "/get_shop_info")
        if function in ("bill", "get_shop_info", "init_db")
        else frame("c", type="ping")
    )
    if function == "ws_register":
        event["websocket"]["action"] = "connecting"
    done = Alone(layer, tmp_path, **settings).run(function, event)
    assert done.returncode == 2
    assert missing in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_the_cloud_layer_holds_only_what_python_3_10_on_a_cloud_can_load() -> None:
    subprocess.run([sys.executable, ROOT / "dev", "layer"], cwd=ROOT, check=True, capture_output=True)
    built = ROOT / "build" / "layer"
    compiled = [path.name for path in built.rglob("*.so") if ".cpython-" in path.name or ".abi3" in path.name]
    assert compiled and all("cpython-310-" in name or ".abi3" in name for name in compiled)
    for name in ("orderbell", "psycopg2", "msgspec", "db/migrations", "db/demo"):
        assert (built / name).is_dir() or (built / f"{name}.py").exists(), name
