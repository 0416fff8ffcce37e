"""`orderbell webhook`: the secret that signs the owner's alerts, and a test of the way to the owner."""

from __future__ import annotations

import argparse
import base64
import os
import secrets
from pathlib import Path

from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder

_FILE = "webhook_secret"


def run(args: argparse.Namespace) -> int:
    """Do what `webhook VERB` asks for."""
    if args.verb == "secret":
        print(_secret(args.data))
        return 0
    return _test(args.data)


def settings(folder: Folder) -> dict[str, str]:
    """Return what the functions must be told besides the environment: the folder's own secret, where they need one."""
    if not os.environ.get("ALERT_WEBHOOK_URL", "").strip() or _given():
        return {}
    return {"ALERT_WEBHOOK_SECRET": folder.secret(_FILE, _new)}


def _given() -> str:
    return os.environ.get("ALERT_WEBHOOK_SECRET", "").strip()


def _new() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _secret(data: Path) -> str:
    if _given():
        return _given()
    folder = Folder(data)
    folder.create()
    return folder.secret(_FILE, _new)


def _test(data: Path) -> int:
    from orderbell.config import webhook
    from orderbell.entry import try_webhook

    url, key = webhook({**os.environ, "ALERT_WEBHOOK_SECRET": _secret(data)})
    if url is None:
        raise Failed("ALERT_WEBHOOK_URL is not set: set it to the address that alerts are sent to")
    answer = try_webhook(url, key)
    if answer.status is None:
        raise Failed(
            f"the test event was not taken: {answer.detail}: check ALERT_WEBHOOK_URL and that it is reachable"
        )
    if not 200 <= answer.status < 300:
        raise Failed(f"the test event was not taken: the receiver {answer.detail}, and 200 to 299 is a yes")
    print(f"The test event was taken: the receiver {answer.detail}.")
    return 0
