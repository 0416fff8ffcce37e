"""The YAML files: what is read from them, and how plainly a mistake is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orderbell_gateway import components, declared
from orderbell_gateway.routes import Routes
from orderbell_gateway.settings import ConfigError
from tests.gateway.gateway_process import start_failing

PROBE = Path(__file__).with_name("probe")
GATEWAY = "apigateway/serverless.yml"
FUNCTION = "function_probe/serverless.yml"


def routes(root: Path = PROBE) -> Routes:
    return declared.build(components.load(root))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Return a copy of the probe set with one text of one file replaced."""

    def edit(file: str, old: str, new: str) -> Path:
        root = tmp_path / "root"
        shutil.copytree(PROBE, root)
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new, 1))
        return root

    return edit


def test_a_function_is_found_by_reference_and_by_its_literal_name() -> None:
    found = routes()
    by_reference, literal = found.find("/probe"), found.find("/post")
    assert by_reference is not None and literal is not None
    assert by_reference.endpoints["ANY"].function == literal.endpoints["POST"].function == "probe-function"


def test_a_path_routes_bare_and_under_the_published_stage_only() -> None:
    found = routes()
    assert found.find("/probe") == found.find("/release/probe")
    assert found.find("/test/probe") is None
    assert found.find("/release/release/probe") is None
    assert found.find("/probe/") is None


def test_a_template_gives_its_decoded_parameters() -> None:
    match = routes().find("/release/t/noodle-house/%E9%9D%A2")
    assert match is not None
    assert match.parameters == {"shop": "noodle-house", "dish": "面"}
    assert routes().find("/t/a/b/c") is None
    assert routes().find("/t/{shop}/") is None


def test_the_api_id_has_the_vendors_form_and_stays_the_same() -> None:
    first, second = routes().api_ids, routes().api_ids
    assert list(first) == list(second)
    assert all(len(one) == 12 and one.startswith("api-") and one[4:].isalnum() for one in first)
    assert len(first) == 3


def test_variables_are_resolved_with_defaults() -> None:
    function = routes().functions["probe-function"]
    assert function.environment({"RECORD": "r"}) == {
        "COLOUR": "green",
        "WHERE": "dev/probe/probe",
        "RECORD": "r",
    }
    assert function.environment({"RECORD": "", "COLOUR": ""})["COLOUR"] == ""


def test_a_layer_is_found_by_its_name() -> None:
    assert routes().functions["probe-function"].layers == (PROBE / "layer" / "python",)


MISTAKES = [
    (GATEWAY, "method: ANY", "method: FETCH", "inputs.endpoints[0].method: must be one of GET"),
    (GATEWAY, "path: /probe", "path: probe", "inputs.endpoints[0].path: must begin with /"),
    (GATEWAY, "path: /probe", "path: 5", "inputs.endpoints[0].path: must be a text, got 5"),
    (GATEWAY, "path: /probe", "", "inputs.endpoints[0].path: is missing"),
    (GATEWAY, ":probe.functionName", ":prob.functionName", "endpoints[0].function.functionName: there is no function 'prob'"),
    (GATEWAY, "functionName: plain", "functionNam: plain", "inputs.endpoints[7].function.functionName: is missing"),
    (GATEWAY, "registerFunctionName: socket", "registerFunctionName: x", "registerFunctionName: there is no function 'x'"),
    (GATEWAY, "serviceTimeout: 1", "serviceTimeout: soon", "serviceTimeout: must be a number, got 'soon'"),
    (GATEWAY, "serviceTimeout: 1", "serviceTimeout: 9999", "serviceTimeout: must be 1 to 1800 seconds"),
    (GATEWAY, "enableCORS: true", "enableCORS: 'yes'", "enableCORS: must be true or false, got 'yes'"),
    (GATEWAY, "protocol: WEBSOCKET", "protocol: UDP", "protocol: must be HTTP or WEBSOCKET"),
    (GATEWAY, "method: GET", "method: POST", "POST /post is declared twice"),
    (GATEWAY, "endpoints:", "endpoint:", "endpoints is missing or empty"),
    (GATEWAY, "component: apigateway", "component: [", "line 3, column 4: not YAML"),
    (GATEWAY, "component: apigateway", "component: gateway", "apigateway/serverless.yml: is missing"),
    (FUNCTION, "handler: probe.main_handler", "handler: prob.main_handler", "inputs.handler: there is no prob.py in"),
    (FUNCTION, "handler: probe.main_handler", "handler: probe", "inputs.handler: must be file.function"),
    (FUNCTION, "handler: probe.main_handler", "", "inputs.handler: is missing"),
    (FUNCTION, "src: ./", "src: ./nowhere", "inputs.src: there is no folder nowhere/"),
    (FUNCTION, "timeout: 2", "timeout: 0", "inputs.timeout: must be 1 to 900 seconds, got 0"),
    (FUNCTION, "name: probe\n", "", "name: is missing"),
    (FUNCTION, ":probe_layer.name", ":no_layer.name", "inputs.layers[0].name: there is no layer 'no_layer'"),
    (FUNCTION, "COLOUR:", "SCF_COLOUR:", "inputs.environment.variables.SCF_COLOUR: such a name is refused"),
    (FUNCTION, "inputs:\n", "inputs: 3\nrest:\n", "inputs: must be a map, got 3"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "complaint"), MISTAKES)
def test_a_mistake_is_named_with_file_and_key(
    edited: Callable[[str, str, str], Path], file: str, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as error:
        routes(edited(file, old, new))
    text = str(error.value)
    assert complaint in text
    assert text.startswith(f"{file}: ")
    assert "\n" not in text


def test_a_missing_environment_variable_stops_the_start_in_one_line() -> None:
    code, said = start_failing(PROBE, PUSH_TOKEN="s")
    assert code == 2
    assert said.splitlines() == [
        "orderbell_gateway: function_patient/serverless.yml: inputs.environment.variables.RECORD: "
        "the environment variable RECORD is not set"
    ]


def test_broken_yaml_stops_the_start_in_one_line(edited: Callable[[str, str, str], Path]) -> None:
    code, said = start_failing(edited(FUNCTION, "src: ./", "src: {"), PUSH_TOKEN="s", RECORD="r")
    assert code == 2
    assert said.startswith("orderbell_gateway: function_probe/serverless.yml: line ")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("flags", "environment", "complaint"),
    [
        ([], {}, "PUSH_TOKEN is not set"),
        ([], {"PUSH_TOKEN": ""}, "PUSH_TOKEN is not set"),
        (
            ["--allow-unauthenticated-push", "--internal-host", "0.0.0.0"],
            {},
            "needs an --internal-host on loopback",
        ),
        (["--idle-timeout", "soon"], {"PUSH_TOKEN": "s"}, "--idle-timeout: invalid float value: 'soon'"),
        (["--idle-timeout", "-1"], {"PUSH_TOKEN": "s"}, "--idle-timeout must be above 0"),
        (["--max-sockets", "0"], {"PUSH_TOKEN": "s"}, "--max-sockets must be above 0"),
        (["--port", "99999"], {"PUSH_TOKEN": "s"}, "--port must be 0 to 65535"),
        ([], {"PUSH_TOKEN": "s", "GATEWAY_MAX_SOCKETS": "many"}, "GATEWAY_MAX_SOCKETS must be a number"),
        ([], {"PUSH_TOKEN": "s", "GATEWAY_LOG_LEVEL": "loud"}, "GATEWAY_LOG_LEVEL must be one of"),
        (["--frobnicate"], {"PUSH_TOKEN": "s"}, "unrecognized arguments: --frobnicate"),
        (["--pages", "nowhere"], {"PUSH_TOKEN": "s", "RECORD": "r"}, "--pages nowhere: no such folder"),
        (["--lifeline", "99"], {"PUSH_TOKEN": "s", "RECORD": "r"}, "--lifeline 99: no such open pipe"),
    ],
)
def test_a_wrong_setting_stops_the_start_in_one_line(
    flags: list[str], environment: dict[str, str], complaint: str
) -> None:
    code, said = start_failing(PROBE, *flags, **environment)
    assert code == 2
    assert complaint in said
    assert len(said.splitlines()) == 1, said


def test_a_root_that_is_not_there_is_named() -> None:
    code, said = start_failing(Path("nowhere"), PUSH_TOKEN="s")
    assert (code, said) == (2, "orderbell_gateway: --root nowhere: no such folder\n")
