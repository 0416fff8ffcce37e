"""The functions' layer: the package, the `db` folder and third-party packages, as a folder and as a zip."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tools.steps import BUILD, PYTHON, ROOT, digest, once, run, say, works

LOCK = ROOT / "layer" / "requirements.lock"
# What the clouds run: Python 3.10 on an old glibc. Packages are taken for that, whatever this machine is.
_CLOUD = (
    "--platform",
    "manylinux2014_x86_64",
    "--python-version",
    "3.10",
    "--implementation",
    "cp",
    "--abi",
    "cp310",
)
_UNSEEN = shutil.ignore_patterns("__pycache__", "*.pyc")


def build(*, aws: bool, native: bool) -> None:
    """Build build/layer and build/layer.zip, to be unpacked at /opt.

    Tencent has /opt itself on PYTHONPATH; with `aws` all is below python/, which is where Lambda looks.
    `native` takes packages for this Python instead, so that they can be loaded here.
    """
    name = "layer" + "-aws" * aws + "-native" * native
    target = BUILD / name
    inside = target / "python" if aws else target
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_third_party(native), inside)
    ours = ((ROOT / "layer" / "python" / "orderbell", inside / "orderbell"), (ROOT / "db", inside / "db"))
    for source, copy in ours:
        shutil.copytree(source, copy, ignore=_UNSEEN)
    _compile(inside / "orderbell", inside, native)
    zipped = BUILD / f"{name}.zip"
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        Path(shutil.make_archive(str(Path(folder, name)), "zip", target)).replace(zipped)
    say(f"{target.relative_to(ROOT)} and {zipped.relative_to(ROOT)} ({zipped.stat().st_size / 1e6:.1f} MB)")


def _third_party(native: bool) -> Path:
    """Return a folder with the layer's packages; it is kept for the next build."""
    kept = BUILD / f"layer-packages{'-native' * native}"
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        kept,
    ]
    pip += [
        *([] if native else _CLOUD),
        "--only-binary=:all:",
        "--no-compile",
        "--no-deps",
        "--require-hashes",
    ]

    def install() -> None:
        shutil.rmtree(kept, ignore_errors=True)
        run("Installing the layer's packages", [*pip, "-r", LOCK])
        shutil.rmtree(kept / "bin", ignore_errors=True)
        _compile(kept, kept, native)

    once(BUILD / f"{kept.name}.stamp", f"{digest(LOCK)} {_compiler(native)}", install)
    return kept


def _compile(folder: Path, root: Path, native: bool) -> None:
    """Compile ahead: a mounted layer is read-only, so each cold start would compile it all."""
    python = _compiler(native)
    if python is None:
        say("No Python 3.10 here: the layer is not compiled, its cold starts are slower.")
        return
    # unchecked-hash: unpacking changes the files' times. The paths in tracebacks are those at /opt.
    options: list[str | Path] = ["-q", "--invalidation-mode", "unchecked-hash", "-s", root, "-p", "/opt"]
    run(f"Compiling {folder.name}", [python, "-m", "compileall", *options, folder])


def _compiler(native: bool) -> str | None:
    """Return a Python of the version that will load the layer, None if there is none here."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    candidates = [PYTHON] if native else [shutil.which("python3.10"), *pyenv.glob("3.10.*/bin/python3.10")]
    return next((str(each) for each in candidates if each and works([each, "--version"])), None)
