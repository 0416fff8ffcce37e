"""`.env.example` and docs/operations.md have the settings that the code reads, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

from orderbell_gateway.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
# Settings of the gateway that are no environment variables: the root folder is the command itself, the
# secrets have names of their own.
NOT_GATEWAY = {"root", "push_token", "push_token_old"}
# Read by the gateway's `main` or the command line, and no setting of orderbell.
NOT_OURS = {"PATH", "HOME", "PYTHONPATH", "ORDERBELL_PROGRAM"}


def example() -> set[str]:
    """Return the keys of .env.example, those that are commented out too."""
    text = (ROOT / ".env.example").read_text("utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.M))


def words(file: Path) -> set[str]:
    """Return the texts in a file that look like names of environment variables."""
    tree = ast.parse(file.read_text("utf-8"))
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if re.fullmatch(r"[A-Z]{2,}(_[A-Z]+)*", text)} - {
        "DEBUG",
        "INFO",
        "WARNING",
        "ERROR",
    }


def read_by_the_code() -> set[str]:
    found = words(ROOT / "layer/python/orderbell/config.py")
    for file in (ROOT / "cli/orderbell_cli").glob("*.py"):
        for call in re.findall(r"environ(?:\.get\(|\[)[\s]*\"([A-Z_]+)\"", file.read_text("utf-8")):
            found.add(call)
    found |= {f"GATEWAY_{name.upper()}" for name in Settings.__dataclass_fields__ if name not in NOT_GATEWAY}
    return (found | {"PUSH_TOKEN", "PUSH_TOKEN_OLD"}) - NOT_OURS


def test_the_example_has_every_setting_that_the_code_reads_and_no_other() -> None:
    assert example() == read_by_the_code() | deployment()


def deployment() -> set[str]:
    """Return what the serverless.yml files take from the environment."""
    files = [ROOT / "serverless.yml", *ROOT.glob("*/serverless.yml")]
    return {name for file in files for name in re.findall(r"\$\{env:([A-Z_]+)", file.read_text("utf-8"))}


def test_the_operations_page_names_every_setting() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    assert {name for name in read_by_the_code() if f"`{name}`" not in page} == set()


def test_every_setting_of_a_function_is_declared_by_it() -> None:
    for file in ROOT.glob("function_*/serverless.yml"):
        declared = yaml.safe_load(file.read_text("utf-8"))["inputs"]["environment"]["variables"]
        assert set(declared) <= words(ROOT / "layer/python/orderbell/config.py"), file.parent.name


def test_no_secret_has_a_value_in_the_example() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    for name in ("PUSH_TOKEN", "PUSH_TOKEN_OLD", "DB_PASSWORD", "ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"):
        assert re.search(rf"^#?{name}=$", text, re.M), f"{name} must be empty"
