"""Schemathesis reads docs/openapi.json and attacks a running system with all its checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hostile.cast import Cast

from support.programs import clean_environment
from support.system import ROOT

HERE = Path(__file__).parent
PHASES = ("Examples", "Coverage", "Fuzzing")


def test_what_the_description_allows_and_forbids_is_answered_as_it_says(cast: Cast, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(ROOT / "docs" / "openapi.json"), "--url", cast.system.url),
        *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--no-shrink", "--no-color"),
        *("--exclude-path", "/metrics"),  # on the internal listener only
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,  # it leaves what it found where it is started
        env={**clean_environment(), "HOSTILE_TOKEN": cast.names["device"]},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert all(f"✅ {phase}" in done.stdout for phase in PHASES), done.stdout
    assert "Tested: 4" in done.stdout, done.stdout
    assert "Authentication failed" not in done.stdout, done.stdout
    cast.works()
    assert cast.alarms() == []
