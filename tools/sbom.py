"""`./dev sbom`: the locks as a software bill of materials, CycloneDX 1.6 in JSON; the same locks give the same bytes."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools.licences import page
from tools.locks import Package, locks, normal, read_all
from tools.steps import ROOT, digest, stop

_ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122's name space for URLs
_SPDX = re.compile(r"\(?[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*\)?")


def sbom(args: list[str]) -> None:
    """Print the bill, or write it to the file that --out names."""
    if args and (args[0] != "--out" or len(args) != 2):
        stop("sbom [--out FILE]")
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    made = bill(read_all(), page(), version[1] if version else "0", digest(*locks()))
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    if not args:
        print(text, end="")
        return
    try:
        Path(args[1]).write_text(text, "utf-8")
    except OSError as error:
        stop(f"sbom: {args[1]}: {error.strerror}")


def bill(locked: Iterable[Package], licences: Mapping[str, str], version: str, key: str) -> dict[str, Any]:
    """Return the document. `licences` are those of the packages whose lock does not say; `key` stands for the locks."""
    by_purl: dict[str, list[Package]] = {}
    for one in locked:
        by_purl.setdefault(one.purl, []).append(one)
    components = [_component(same, licences) for _, same in sorted(by_purl.items())]
    root = f"pkg:generic/orderbell@{version}"
    shipped = [one["bom-ref"] for one in components if one["scope"] == "required"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, f'{root}#{key}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "orderbell",
                "version": version,
                "purl": root,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        # pip's locks do not say who needs whom, so the tree is flat.
        "dependencies": [{"ref": root, "dependsOn": shipped}],
    }


def _component(same: list[Package], licences: Mapping[str, str]) -> dict[str, Any]:
    """Return one package, of all its entries in the locks."""
    one = same[0]
    name = normal(one.name) if one.kind == "pypi" else one.name
    group, _, plain = name.rpartition("/")
    made: dict[str, Any] = {"type": "library", "bom-ref": one.purl}
    made |= {"group": group} if group else {}
    made |= {"name": plain, "version": one.version, "purl": one.purl}
    made["scope"] = (
        "excluded" if all(entry.tool for entry in same) else "required"
    )  # excluded: tests and tools
    hashes = [
        {"alg": _ALGORITHMS[algorithm], "content": value}
        for algorithm, value in sorted({pair for entry in same for pair in entry.hashes})
    ]
    if len(hashes) == 1:
        made["hashes"] = hashes
    elif hashes:  # one for each wheel and the source: of the files, none is "the" component
        made["externalReferences"] = [{"type": "distribution", "url": one.purl, "hashes": hashes}]
    licence = one.licence or licences.get(name, "")
    if _SPDX.fullmatch(licence):
        made["licenses"] = [{"expression": licence}]
    made["properties"] = [
        {"name": "orderbell:lock", "value": lock} for lock in sorted({e.lock for e in same})
    ]
    return made
