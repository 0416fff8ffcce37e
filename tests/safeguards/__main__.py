"""`./dev run -- python -m tests.safeguards NAME -- COMMAND`: run a command in a copy that lacks one safeguard.

Without a name it lists them; with --page it writes docs/safeguards.md.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.safeguards.copies import copy
from tests.safeguards.removals import REMOVALS
from tests.safeguards.table import PAGE, page
from tools.steps import ROOT, VENV, environment


def without(name: str, command: list[str]) -> int:
    """Run a command in a copy without this safeguard and return its exit status."""
    removal = next((each for each in REMOVALS if each.name == name), None)
    if removal is None:
        sys.exit(f"no safeguard is called {name!r}: {', '.join(each.name for each in REMOVALS)}")
    folder = Path(tempfile.mkdtemp(prefix="orderbell-without-"))
    folder.chmod(0o755)  # as root the database runs as another user, who must pass through
    try:
        made = copy(folder / name, removal.edits)
        for installed in (VENV, ROOT / "clients" / "node_modules"):
            (made / installed.relative_to(ROOT)).symlink_to(installed)
        (made / "build").mkdir()
        sys.stderr.write(f"in {made}, without: {removal.what}\n")
        env = {word: value for word, value in environment().items() if word != "PYTHONPATH"}
        return subprocess.run(command, cwd=made, env=env).returncode
    finally:
        shutil.rmtree(folder)


def main(words: list[str]) -> int:
    """Do what the command line says."""
    if words == ["--page"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    if len(words) > 2 and words[1] == "--":
        return without(words[0], words[2:])
    sys.stderr.write((__doc__ or "") + "\n")
    sys.stdout.writelines(f"{removal.name:18} {removal.what}\n" for removal in REMOVALS)
    return 0 if not words else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
