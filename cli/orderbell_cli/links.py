"""What `up` prints when the system is ready: the links, and the customer's as a QR code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TypedDict

from orderbell_cli import tables
from orderbell_cli.folder import Folder
from orderbell_cli.network import only_this_computer
from orderbell_cli.paths import child_environment
from orderbell_cli.process import Child


class Kitchen(TypedDict):
    """One shop's pairing code."""

    slug: str
    name: str
    code: str


def kitchen_link(url: str, code: str) -> str:
    """Return the link that pairs the screen which opens it."""
    return f"{url}/kitchen/#pair={code}"


def show(
    say: Callable[[str], None],
    url: str,
    kitchens: Sequence[Kitchen],
    folder: Folder,
    seconds: float,
    host: str,
    proxy: bool,
) -> None:
    """Print the links; `proxy`: one with TLS stands before the gateway."""
    say(f"\norderbell is ready ({seconds:.1f} s).\n")
    say(f"  Customers   {url}/")
    for kitchen in kitchens:
        say(f"  Kitchen     {kitchen_link(url, kitchen['code'])}   {tables.plain(kitchen['name'])}")
    if kitchens:
        say("              A kitchen link pairs one screen, within 10 minutes; paired screens stay paired.")
    say(f"\n{_qr(url + '/')}\n")
    told = reach(url, host, proxy)
    if told:
        say(told)
    say(f"Data: {folder.path}   Log: {folder.path / 'gateway.log'}   Stop: Ctrl-C")


def reach(url: str, host: str, proxy: bool) -> str:
    """Return who can open the links, "" where the whole network can."""
    if proxy:
        return "Open these at your proxy's address: here they are without its TLS."
    if not only_this_computer(host):
        return ""
    more = "--host 0.0.0.0" if url.startswith("https:") else "--host 0.0.0.0 --plain-http"
    return f"Only this computer can open these links. For phones in your network: {more}"


def _qr(text: str) -> str:
    command = [sys.executable, "-m", "orderbell_cli.qr", text]
    env = {**child_environment(), "PYTHONIOENCODING": "utf-8"}
    return Child(command, env=env, output=subprocess.PIPE, errors=subprocess.DEVNULL).read()[0].rstrip("\n")
