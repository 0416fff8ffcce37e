"""Which path calls which function, and how each function is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from .components import Component, Node

_ENVIRONMENT = re.compile(r"env:([A-Za-z_]\w*)(?:\s*,\s*(?:'([^']*)'|\"([^\"]*)\"|(.*?)))?\s*\Z", re.DOTALL)


def environment_lookup(environ: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return what answers `env:NAME` and `env:NAME, 'default'` from `environ`, and None for anything else."""

    def lookup(name: str) -> str | None:
        match = _ENVIRONMENT.match(name)
        if not match:
            return None
        value = environ.get(match.group(1))
        return value if value is not None else next((g for g in match.groups()[1:] if g is not None), None)

    return lookup


@dataclass(frozen=True)
class Function:
    """How one function is run."""

    name: str
    instance: str
    folder: Path
    module: str
    attribute: str
    timeout_s: float
    init_timeout_s: float | None
    memory_mb: int
    runtime: str
    layers: tuple[Path, ...]
    variables: tuple[tuple[str, Node], ...]
    component: Component
    max_instances: int | None

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the declared variables, resolved against `environ`.

        Raises:
            ConfigError: a variable is not set and has no default.
        """
        lookup = environment_lookup(environ)
        return {key: self.component.text(node, lookup) for key, node in self.variables}


@dataclass(frozen=True)
class Endpoint:
    """One path and method, and the function (or the three of a WebSocket) that answers it."""

    path: str
    method: str
    websocket: bool
    cors: bool
    timeout_s: float
    integrated: bool
    base64: bool
    function: str
    register: str
    cleanup: str
    api_id: str
    max_body: int | None
    service_id: str
    service_name: str
    stage: str


@dataclass(frozen=True)
class Match:
    """What was found for a path: its endpoints by method, and the values of its {templates}."""

    endpoints: Mapping[str, Endpoint]
    parameters: Mapping[str, str]

    def endpoint(self, method: str) -> Endpoint | None:
        """Return the endpoint for `method`; a HEAD is answered by GET."""
        found = self.endpoints.get(method) or (self.endpoints.get("GET") if method == "HEAD" else None)
        return found or self.endpoints.get("ANY")

    @property
    def allow(self) -> str:
        """The methods of this path, for an Allow header."""
        methods = set(self.endpoints)
        if "GET" in methods:
            methods.add("HEAD")
        if any(endpoint.cors for endpoint in self.endpoints.values()):
            methods.add("OPTIONS")
        return ", ".join(sorted(methods))


class Routes:
    """All endpoints and functions of a root folder."""

    def __init__(self, endpoints: list[Endpoint], functions: dict[str, Function]) -> None:
        self.functions = functions
        self.endpoints = endpoints
        self.api_ids = {e.api_id: e for e in endpoints if e.websocket}
        self._stages = {e.stage for e in endpoints}
        self._exact: dict[str, dict[str, Endpoint]] = {}
        self._templates: list[tuple[re.Pattern[str], dict[str, Endpoint]]] = []
        for endpoint in endpoints:
            if endpoint.path not in self._exact:
                self._exact[endpoint.path] = {}
                if "{" in endpoint.path:
                    self._templates.append((_pattern(endpoint.path), self._exact[endpoint.path]))
            self._exact[endpoint.path][endpoint.method] = endpoint

    def find(self, path: str) -> Match | None:
        """Return what serves `path`. It may begin with the published stage: `/release/x`."""
        found = self._find(path)
        if found is None:
            stage, _, rest = path[1:].partition("/")
            if stage in self._stages:
                found = self._find("/" + rest)
        return found

    def _find(self, path: str) -> Match | None:
        if "%" in path:
            path = unquote(path)
        exact = self._exact.get(path)
        if exact is not None and "{" not in path:
            return Match(exact, {})
        for pattern, endpoints in self._templates:
            match = pattern.fullmatch(path)
            if match:
                return Match(endpoints, match.groupdict())
        return None


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    names = parts[1::2]
    text = "".join(f"(?P<{p}>[^/]+)" if p in names and i % 2 else re.escape(p) for i, p in enumerate(parts))
    return re.compile(text)
