"""The rules about Python: each looks at the tree of one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.rules import ALL, SERVICES, Rule, Source, calls
from tools.rules_sql import SQL_RULE


def _print(one: Source) -> Iterator[int]:
    yield from (call.lineno for call, name in calls(one) if name in ("print", "pprint", "pprint.pprint"))


_ANYTHING = {"Exception", "BaseException"}


def _swallowed(one: Source) -> Iterator[int]:
    for call, name in calls(one):
        if name.split(".")[-1] == "suppress" and _ANYTHING & {ast.unparse(kind) for kind in call.args}:
            yield call.lineno
    for node in ast.walk(one.tree) if one.tree else ():
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = [ast.unparse(node.type)] if node.type else [""]
        if isinstance(node.type, ast.Tuple):
            kinds = [ast.unparse(kind) for kind in node.type.elts]
        idle = all(
            isinstance(step, (ast.Pass, ast.Continue, ast.Break))
            or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
            for step in node.body
        )
        if "" in kinds or (idle and _ANYTHING & set(kinds)):
            yield node.lineno


_NOT_LOOKED_AT = ("_create_unverified_context", "disable_warnings")


def _tls_off(one: Source) -> Iterator[int]:
    for call, name in calls(one):
        words = {word.arg: word.value for word in call.keywords}
        off = [words[arg] for arg in ("verify", "ssl", "check_hostname", "assert_hostname") if arg in words]
        said = any(isinstance(value, ast.Constant) and value.value is False for value in off)
        if said or name.endswith(_NOT_LOOKED_AT):
            yield call.lineno
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.Attribute) and node.attr == "CERT_NONE":
            yield node.lineno
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "False":
            targets = [ast.unparse(target) for target in node.targets]
            if any(target.endswith(("check_hostname", ".verify")) for target in targets):
                yield node.lineno


_SHELLS = ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")


def _shell(one: Source) -> Iterator[int]:
    for call, name in calls(one):
        through = any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords)
        if through or name in _SHELLS or name.endswith("create_subprocess_shell"):
            yield call.lineno


_REVIVERS = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
_REVIVING = ("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "eval", "exec")


def _revives(one: Source) -> Iterator[int]:
    yield from (call.lineno for call, name in calls(one) if name in _REVIVING)
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").split(".")[0]}
        else:
            continue
        if names & _REVIVERS:
            yield node.lineno


_SECRET_QUERY = re.compile(r"[?&](?:\w+_)?(?:token|secret|password|passwd|api_?key|phone|pair|code)=", re.I)


def _secret_in_query(one: Source) -> Iterator[int]:
    for node in ast.walk(one.tree) if one.tree else ():
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _SECRET_QUERY.search(node.value)
        ):
            yield node.lineno


_SECRET_NAME = re.compile(r"(?:^|[._])(?:token|secret|password|signature|mac|hmac)\Z")


def _hasty_compare(one: Source) -> Iterator[int]:
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = [node.left, *node.comparators]
            named = [side for side in sides if isinstance(side, (ast.Name, ast.Attribute))]
            fixed = any(isinstance(side, ast.Constant) for side in sides)
            if not fixed and any(_SECRET_NAME.search(ast.unparse(side)) for side in named):
                yield node.lineno


PYTHON_RULES = (
    SQL_RULE,
    Rule(
        "print",
        "a service speaks through its log, which leaves personal data out",
        _print,
        SERVICES,
        bad=("print(order)", "pprint.pprint(order)"),
        good=("log.info('placed')", "self.print(order)"),
    ),
    Rule(
        "swallowed-error",
        "an error of any kind is caught and nobody hears of it: name the kind, or log it",
        _swallowed,
        ALL,
        bad=(
            "try:\n    f()\nexcept:\n    log()",
            "try:\n    f()\nexcept Exception:\n    pass",
            "for a in b:\n    try:\n        f()\n    except (ValueError, BaseException):\n        continue",
            "with contextlib.suppress(Exception):\n    f()",
            "with a(), suppress(ValueError, BaseException):\n    f()",
        ),
        good=(
            "try:\n    f()\nexcept Exception as error:\n    log(error)",
            "try:\n    f()\nexcept ValueError:\n    pass",
            "with contextlib.suppress(OSError):\n    f()",
        ),
    ),
    Rule(
        "tls-off",
        "the other side's certificate is not looked at",
        _tls_off,
        ALL,
        bad=(
            "requests.get(url, verify=False)",
            "session.verify = False",
            "context.verify_mode = ssl.CERT_NONE",
            "ssl._create_unverified_context()",
            "context.check_hostname = False",
        ),
        good=("requests.get(url, verify=True)", "requests.get(url, stream=False)"),
    ),
    Rule(
        "shell",
        "words go through a shell: start the program with a list",
        _shell,
        ALL,
        bad=("subprocess.run(line, shell=True)", "os.system(line)", "asyncio.create_subprocess_shell(line)"),
        good=("subprocess.run([program, word])", "subprocess.run([program], shell=False)"),
    ),
    Rule(
        "revives-objects",
        "data can run code when it is read this way: JSON, or yaml.safe_load",
        _revives,
        ALL,
        bad=("yaml.load(text)", "import pickle", "from marshal import loads", "eval(text)", "exec(text)"),
        good=("yaml.safe_load(text)", "import json", "model.eval(text)"),
    ),
    Rule(
        "secret-in-query",
        "a query string is logged by everything on its way: header, first frame or fragment",
        _secret_in_query,
        ALL,
        bad=('url = f"{base}/poll?token={token}"', 'url = "/ws?shop=a&access_token=" + token'),
        good=('url = f"{base}/o/{id}#t={token}"', 'url = "/poll?after=3"'),
        except_=("tools/rules",),
    ),
    Rule(
        "hasty-compare",
        "a secret is compared with ==, whose time tells how much was right: hmac.compare_digest",
        _hasty_compare,
        SERVICES,
        bad=("if given == self.secret: pass", "ok = kept.token != word"),
        good=(
            "hmac.compare_digest(given, secret)",
            'if token == "": pass',
            "if row.token_hash == digest: pass",
        ),
    ),
)
