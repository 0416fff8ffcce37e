"""The rules about Python: each looks at the tree of one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.rules import Rule, Source

SERVICES = ("layer/python/", "gateway/", "function_")
ALL = (*SERVICES, "cli/", "tools/", "db/", "dev")

_SQL = re.compile(
    r"""\bselect\b.+?\bfrom\b | \binsert\s+into\b | \bupdate\b.+?\bset\b | \bdelete\s+from\b
    | \b(?:create|alter|drop|truncate)\s+(?:table|role|user|database|schema|index|view|policy|if|unlogged)\b
    | \bgrant\b.+?\bon\b | \b(?:where|and|or|set)\s+[\w.]+\s*(?:=|<|>|like|in\s*\()\s*'?\Z""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_RUNS_SQL = {"execute", "executemany", "exec_driver_sql", "text", "prepare"}


def _calls(one: Source) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the name of what is called, dotted."""
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def _formed(node: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """Return the fixed text and the inserted values of a string that is put together, None for any other expression."""
    if isinstance(node, ast.JoinedStr):
        fixed = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return fixed, [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        sides = [part for side in (node.left, node.right) for part in _pieces(side)]
        fixed = " ".join(part for part in sides if isinstance(part, str))
        return (fixed, [part for part in sides if isinstance(part, ast.expr)]) if fixed else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        template = node.func.value.value if isinstance(node.func.value, ast.Constant) else None
        inserted = [*node.args, *(word.value for word in node.keywords)]
        return (template, inserted) if isinstance(template, str) else None
    return None


def _pieces(side: ast.expr) -> list[str | ast.expr]:
    if isinstance(side, ast.Constant):
        return [side.value] if isinstance(side.value, str) else []
    inner = _formed(side)
    return [inner[0], *inner[1]] if inner else [side]


def _is_constant(node: ast.expr, known: frozenset[str] = frozenset()) -> bool:
    """Return whether a value is made of literals, of names that are written as constants, and of known names."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return all(name.strip("_").isupper() or name in known for name in names)


def _walked_names(one: Source) -> frozenset[str]:
    """Return the names that are bound only by a loop over constants, as a migration does over its tables."""
    loops = [node for node in ast.walk(one.tree) if isinstance(node, ast.For)] if one.tree else []
    walked = {ast.unparse(loop.target) for loop in loops if _is_constant(loop.iter)}
    other = {ast.unparse(loop.target) for loop in loops if not _is_constant(loop.iter)}
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.arg):
            other.add(node.arg)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            other.update(ast.unparse(target) for target in targets)
    return frozenset(walked - other)


def _sql_by_string(one: Source) -> Iterator[int]:
    known = _walked_names(one)
    run = {id(call.args[0]) for call, name in _calls(one) if call.args and name.split(".")[-1] in _RUNS_SQL}
    for node in ast.walk(one.tree) if one.tree else ():
        made = _formed(node) if isinstance(node, ast.expr) else None
        if not isinstance(node, ast.expr) or made is None:
            continue
        fixed, inserted = made
        is_sql = id(node) in run or _SQL.search(fixed)
        if is_sql and not all(_is_constant(value, known) for value in inserted):
            yield node.lineno


def _print(one: Source) -> Iterator[int]:
    yield from (call.lineno for call, name in _calls(one) if name in ("print", "pprint", "pprint.pprint"))


def _swallowed(one: Source) -> Iterator[int]:
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
        if "" in kinds or (idle and {"Exception", "BaseException"} & set(kinds)):
            yield node.lineno


_NOT_LOOKED_AT = ("_create_unverified_context", "disable_warnings")


def _tls_off(one: Source) -> Iterator[int]:
    for call, name in _calls(one):
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
    for call, name in _calls(one):
        through = any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords)
        if through or name in _SHELLS or name.endswith("create_subprocess_shell"):
            yield call.lineno


_REVIVERS = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
_REVIVING = ("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "eval", "exec")


def _revives(one: Source) -> Iterator[int]:
    yield from (call.lineno for call, name in _calls(one) if name in _REVIVING)
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
    Rule(
        "sql-by-string",
        "SQL is put together from something that is not a constant: bind the value",
        _sql_by_string,
        ALL,
        bad=(
            'q = f"SELECT 1 FROM orders WHERE id = {id}"',
            'q = "DELETE FROM orders WHERE id = %s" % id',
            'q = "SELECT a FROM b WHERE c = \'" + name + "\'"',
            'q = "UPDATE shop SET name = {}".format(name)',
            'cursor.execute(f"{verb} everything")',
            'cursor.execute("VACUUM " + name)',
            'q += " WHERE name = " + name',
            'for t in tables():\n    op.execute(f"DROP TABLE {t}")',
            'c.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))',
        ),
        good=(
            'q = f"SELECT {COLUMNS} FROM orders WHERE id = $1"',
            """c.execute(sa.text(f"DROP TABLE {', '.join(_TABLES)}"))""",
            'cursor.execute("SELECT a FROM b WHERE c = %s", (name,))',
            'for t in ("a", "b"):\n    op.execute(f"DROP TABLE {t}")',
            'say(f"update from {old} to {new}, and {more} more")',
        ),
        # Built once, when the module is loaded, from its own texts; no value from outside is there yet.
        except_=(
            "layer/python/orderbell/adapters/sql/statements",
            "layer/python/orderbell/adapters/sql/schema",
            "tools/rules_python.py",
        ),
    ),
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
        ),
        good=(
            "try:\n    f()\nexcept Exception as error:\n    log(error)",
            "try:\n    f()\nexcept ValueError:\n    pass",
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
