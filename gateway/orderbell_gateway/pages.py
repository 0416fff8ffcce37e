"""The static pages: files of one folder with rewrites, validators, caching and security headers."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from .components import Component, Node
from .messages import Reply, Request
from .settings import ConfigError

SECURITY = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
]
# What Vite calls a file whose content its name stands for: assets/index-B1cD3fGh.js
_HASHED = re.compile(r"(?:^|/)assets/[^/]*[-.][A-Za-z0-9_-]{8,}\.\w+\Z")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,11}\Z")
_TEXT = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class File:
    """One file as it was last read."""

    stamp: tuple[int, int]
    body: bytes
    packed: bytes | None
    etag: str
    kind: str


class Pages:
    """The files below `folder`."""

    def __init__(
        self, folder: Path, index: str = "index.html", error: str = "", rewrites: dict[str, str] | None = None
    ) -> None:
        self.folder = folder.resolve()
        self.index = index
        self.error = error
        self.rewrites = rewrites or {}
        self._files: dict[Path, File] = {}

    def answer(self, request: Request) -> Reply | None:
        """Return the reply to a GET or HEAD; None when there is no such page."""
        path = unquote(request.path)
        name = self._rewritten(path)
        file = self._file(name)
        if file is None and not name.endswith("/") and self._file(name + "/") is not None:
            query = f"?{request.query}" if request.query else ""
            # Relative, so that it is right behind any proxy; the folder's own links need the slash.
            return Reply(
                308, b"", [("location", f"{name.rsplit('/', 1)[-1]}/{query}"), *SECURITY], route="pages"
            )
        status = 200
        if file is None:
            if not self.error or "text/html" not in request.headers.get("accept", ""):
                return None
            file, status, name = self._file("/" + self.error), 404, "/" + self.error
            if file is None:
                return None
        return self._reply(request, file, name, status)

    def _rewritten(self, path: str) -> str:
        """Return the page that stands for `path`. What looks like a file (/x.js) is itself or missing."""
        if _SUFFIX.search(path):
            return path
        for pattern, target in self.rewrites.items():
            if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1])):
                return target
        return path

    def _reply(self, request: Request, file: File, name: str, status: int) -> Reply:
        hashed = _HASHED.search(name) is not None and status == 200
        headers = [
            ("content-type", file.kind),
            ("cache-control", "public, max-age=31536000, immutable" if hashed else "no-cache"),
            ("etag", file.etag),
            *SECURITY,
        ]
        if file.packed is not None:
            headers.append(("vary", "accept-encoding"))
        if status == 200 and file.etag in request.headers.get("if-none-match", ""):
            return Reply(304, b"", headers, route="pages")
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers.append(("content-encoding", "gzip"))
            return Reply(status, file.packed, headers, route="pages")
        return Reply(status, file.body, headers, route="pages")

    def _file(self, name: str) -> File | None:
        """Return the file under a path of the site, read again when it changed; None when there is none."""
        if "\0" in name or "\\" in name or any(part.startswith(".") for part in name.split("/")):
            return None  # no way up, no hidden files
        if name.endswith("/"):
            name += self.index
        path = self.folder.joinpath(name.lstrip("/"))
        try:
            if not path.resolve().is_relative_to(self.folder) or not path.is_file():
                return None
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._files.get(path)
            if known is not None and known.stamp == stamp:
                return known
            body = path.read_bytes()
        except (OSError, ValueError):
            return None
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = gzip.compress(body, 9, mtime=0) if kind.startswith(_TEXT) and len(body) > 512 else None
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        file = self._files[path] = File(stamp, body, packed, etag, kind)
        return file


def from_components(
    components: list[Component], override: Path | None, warn: Callable[[str], None]
) -> Pages | None:
    """Return the pages that the `website` component (or the operator) names; None where there are none.

    Pages that are not built yet are only warned about: the functions are of use without them.

    Raises:
        ConfigError: the folder is not there, or a rewrite is not one.
    """
    site = next((c for c in components if c.kind == "website"), None)
    if override is not None and not override.is_dir():
        raise ConfigError(f"--pages {override}: no such folder")
    if site is None:
        return Pages(override) if override else None
    source = site.inputs.child("src")
    if isinstance(source.value, str):
        folder, options = site.folder / source.as_(str), Node(source.file, source.key, {})
    else:
        folder, options = site.folder / source.get("dist", str, source.get("src", str, ".")), source
    folder = override or folder
    if not folder.is_dir():
        warn(
            str(
                source.wrong(
                    f"there is no folder {folder.name}/: build the pages, or name a folder with --pages"
                )
            )
        )
        return None
    rewrites = {}
    for holder in (site.node, site.inputs):
        if holder.has("custom"):
            rewrites.update(
                {pattern: node.as_(str) for pattern, node in holder.child("custom").pairs("rewrites")}
            )
    return Pages(folder, options.get("index", str, "index.html"), options.get("error", str, ""), rewrites)
