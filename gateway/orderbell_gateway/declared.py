"""From the YAML files to endpoints and functions. Every complaint names file and key."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from .components import Component, Node
from .routes import Endpoint, Function, Routes
from .settings import ConfigError

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY")
_RESERVED = ("SCF_", "QCLOUD_", "TENCENTCLOUD_")
_OUTPUT = re.compile(r"output:[^:]*:[^:]*:([\w-]+)\.(.+)\Z")


def build(components: list[Component]) -> Routes:
    """Return the routes of `components`.

    Raises:
        ConfigError: something is missing or wrong; the text names file and key.
    """
    layers = {name: c for c in components if c.kind == "layer" for name in _names(c)}
    functions: dict[str, Function] = {}
    by_instance: dict[str, Function] = {}
    for component in components:
        if component.kind == "scf":
            function = _function(component, layers)
            if function.name in functions:
                raise component.node.child("name").wrong(f"the function {function.name} is declared twice")
            functions[function.name] = by_instance[function.instance] = function
    gateways = [c for c in components if c.kind == "apigateway"]
    if not gateways:
        raise ConfigError("apigateway/serverless.yml: is missing: it says which path calls which function")
    endpoints: list[Endpoint] = []
    seen: set[tuple[str, str]] = set()
    for component in gateways:
        for node in component.inputs.items("endpoints"):
            endpoint = _endpoint(component, node, functions, by_instance)
            if (endpoint.path, endpoint.method) in seen:
                raise node.wrong(f"{endpoint.method} {endpoint.path} is declared twice")
            seen.add((endpoint.path, endpoint.method))
            endpoints.append(endpoint)
    if not endpoints:
        raise gateways[0].node.child("inputs").wrong("endpoints is missing or empty")
    return Routes(endpoints, functions)


def _names(component: Component) -> set[str]:
    inputs = component.inputs
    return {component.name} | ({component.text(inputs.child("name"))} if inputs.has("name") else set())


def _function(component: Component, layers: Mapping[str, Component]) -> Function:
    inputs = component.inputs
    if inputs.get("type", str, "event") != "event":
        raise inputs.child("type").wrong("only event functions can be served")
    name = component.text(inputs.child("name")) if inputs.has("name") else _default_name(component)
    folder = _source(component)
    module, _, attribute = inputs.get("handler", str).rpartition(".")
    handler = inputs.child("handler")
    if not module or not attribute:
        raise handler.wrong(f"must be file.function, e.g. bill.main_handler, got {handler.value!r}")
    if not (folder / f"{module}.py").is_file():
        raise handler.wrong(f"there is no {module}.py in {folder.name}/")
    environment = inputs.child("environment") if inputs.has("environment") else Node("", "", {})
    variables = tuple(environment.pairs("variables"))
    for key, node in variables:
        if not re.fullmatch(r"[A-Za-z]\w*", key) or key.startswith(_RESERVED):
            raise node.wrong(
                "such a name is refused by the cloud (a letter first; SCF_, QCLOUD_, TENCENTCLOUD_ are taken)"
            )
    custom = component.node.child("custom") if component.node.has("custom") else Node("", "", {})
    return Function(
        name=name,
        instance=component.name,
        folder=folder,
        module=module,
        attribute=attribute,
        timeout_s=_seconds(inputs, "timeout", 3, 900),
        init_timeout_s=_seconds(inputs, "initTimeout", 0, 300) or None,
        memory_mb=inputs.get("memorySize", int, 128),
        runtime=inputs.get("runtime", str, "Python3.10"),
        layers=tuple(_layer(component, node, layers) for node in inputs.items("layers")),
        variables=variables,
        component=component,
        max_instances=custom.get("maxInstances", int) if custom.has("maxInstances") else None,
    )


def _default_name(component: Component) -> str:
    return f"{component.name}-{component.stage}-{component.app}"


def _source(component: Component) -> Path:
    """Return the folder of a component's code: `src: ./x` or `src: {src: ./x}`."""
    node = component.inputs
    if node.has("src") and isinstance(node.child("src").value, dict):
        node = node.child("src")
    folder = Path(os.path.normpath(component.folder / node.get("src", str, ".")))
    if not folder.is_dir():
        raise node.child("src").wrong(f"there is no folder {folder.name}/")
    return folder


def _local(component: Component) -> Path | None:
    """Return the folder that stands for a built layer here: `custom: {local: ./python}`, a key of ours."""
    if not component.node.has("custom") or not component.node.child("custom").has("local"):
        return None
    node = component.node.child("custom").child("local")
    folder = component.folder / component.text(node)
    if not folder.is_dir():
        raise node.wrong(f"there is no folder {folder.name}/")
    return folder


def _layer(component: Component, node: Node, layers: Mapping[str, Component]) -> Path:
    wanted = component.text(node.child("name"), _instance_output)
    if wanted not in layers:
        known = ", ".join(sorted(layers)) or "none"
        raise node.child("name").wrong(f"there is no layer {wanted!r} (known: {known})")
    return _local(layers[wanted]) or _source(layers[wanted])


def _instance_output(name: str) -> str | None:
    """Stand in for a deployed output: the instance's own name is what we look it up by."""
    match = _OUTPUT.match(name)
    return match.group(1) if match and match.group(2) in ("name", "functionName") else None


def _seconds(node: Node, name: str, default: float, most: float) -> float:
    value = node.get(name, float, float(default))
    if node.has(name) and not 1 <= value <= most:
        raise node.child(name).wrong(f"must be 1 to {most:g} seconds, got {value:g}")
    return value


def _endpoint(
    component: Component, node: Node, functions: Mapping[str, Function], by_instance: Mapping[str, Function]
) -> Endpoint:
    path = node.get("path", str)
    if not path.startswith("/"):
        raise node.child("path").wrong(f"must begin with /, got {path!r}")
    method = node.get("method", str, "ANY").upper()
    if method not in METHODS:
        raise node.child("method").wrong(f"must be one of {', '.join(METHODS)}, got {method!r}")
    protocol = node.get("protocol", str, "HTTP").upper()
    if protocol not in ("HTTP", "WEBSOCKET"):
        raise node.child("protocol").wrong(f"must be HTTP or WEBSOCKET, got {protocol!r}")
    if node.get("serviceType", str, "SCF").upper() not in ("SCF", "WEBSOCKET"):
        raise node.child("serviceType").wrong("only SCF can be served")
    websocket = protocol == "WEBSOCKET"
    function = node.child("function")

    def named(key: str) -> str:
        target = function.child(key)
        name = component.text(target, _instance_output)
        # A reference names an instance, a literal the function; a literal instance name will do too.
        found = functions.get(name) or by_instance.get(name)
        if found is None:
            known = ", ".join(sorted(functions)) or "none"
            raise target.wrong(f"there is no function {name!r} (known: {known})")
        return found.name

    inputs = component.inputs
    custom = node.child("custom") if node.has("custom") else Node("", "", {})
    service = inputs.get("serviceName", str, component.name)
    return Endpoint(
        path=path,
        method="GET" if websocket else method,
        websocket=websocket,
        cors=node.get("enableCORS", bool, False),
        timeout_s=_seconds(node, "serviceTimeout", 15, 1800),
        integrated=function.get("isIntegratedResponse", bool, False),
        base64=node.get("isBase64Encoded", bool, False),
        function=named("transportFunctionName" if websocket else "functionName"),
        register=named("registerFunctionName") if function.has("registerFunctionName") else "",
        cleanup=named("cleanupFunctionName") if function.has("cleanupFunctionName") else "",
        api_id=_api_id(service, path),
        max_body=custom.get("maxBodyBytes", int) if custom.has("maxBodyBytes") else None,
        service_id=inputs.get("serviceId", str, "service-" + _api_id(service, "")[4:]),
        service_name=service,
        stage=inputs.get("environment", str, "release"),
    )


def _api_id(service: str, path: str) -> str:
    """Return an id of the vendor's form that stays the same from start to start."""
    digest = hashlib.sha256(f"{service}\n{path}".encode()).digest()
    return "api-" + "".join("abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36] for byte in digest[:8])
