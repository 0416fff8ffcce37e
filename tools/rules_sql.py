"""The rule about SQL in Python: its values are bound, whatever way the text is put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.rules import ALL, Rule, Source, calls

_SQL = re.compile(
    r"""\bselect\b.+?\bfrom\b | \binsert\s+into\b | \bupdate\b.+?\bset\b | \bdelete\s+from\b
    | \b(?:create|alter|drop|truncate)\s+(?:table|role|user|database|schema|index|view|policy|if|unlogged)\b
    | \bgrant\b.+?\bon\b | \b(?:where|and|or|set)\s+[\w.]+\s*(?:=|<|>|like|in\s*\()\s*'?\Z""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_RUNS_SQL = {"execute", "executemany", "exec_driver_sql", "text", "prepare", "SQL"}
_ITS_TEXT = {"query", "statement", "sql", "text", "operation"}
"""What the text is called where it is handed over by name."""


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
    if isinstance(node, ast.Call) and (joined := _joined(node)) is not None:
        sides = [part for each in joined for part in _pieces(each)]
        fixed = " ".join(part for part in sides if isinstance(part, str))
        return (fixed, [part for part in sides if isinstance(part, ast.expr)]) if fixed else None
    return None


def _joined(call: ast.Call) -> list[ast.expr] | None:
    """Return the parts of a list that is written out and joined, None for any other call."""
    is_join = isinstance(call.func, ast.Attribute) and call.func.attr == "join" and len(call.args) == 1
    return call.args[0].elts if is_join and isinstance(call.args[0], (ast.List, ast.Tuple)) else None


def _put_together(node: ast.expr) -> list[ast.expr]:
    """Return all that goes into an argument that is a string put together, nothing if it is none.

    Here the argument is known to be SQL, so nothing need be read of its text: it may be a name.
    psycopg2's `SQL(...).format(...)` and `.join(...)` take no plain strings, they quote.
    """
    if isinstance(node, ast.IfExp):
        return [*_put_together(node.body), *_put_together(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        return [node.left, node.right]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        whose = node.func.value
        quotes = isinstance(whose, ast.Call) and ast.unparse(whose.func).split(".")[-1] == "SQL"
        if node.func.attr in ("format", "format_map", "join", "replace") and not quotes:
            return [whose, *node.args, *(word.value for word in node.keywords)]
    return []


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
    for call, name in calls(one):
        if name.split(".")[-1] in _RUNS_SQL:
            texts = [*call.args[:1], *(word.value for word in call.keywords if word.arg in _ITS_TEXT)]
            made_of = [part for text in texts for part in _put_together(text)]
            if not all(_is_constant(part, known) for part in made_of):
                yield call.lineno
    for node in ast.walk(one.tree) if one.tree else ():
        made = _formed(node) if isinstance(node, ast.expr) else None
        if not isinstance(node, ast.expr) or made is None:
            continue
        fixed, inserted = made
        if _SQL.search(fixed) and not all(_is_constant(value, known) for value in inserted):
            yield node.lineno


SQL_RULE = Rule(
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
        "c.execute(Q % n)",
        "c.execute(Q + n, (a,))",
        "c.execute(Q.format(n))",
        "c.execute(Q.format(name=n))",
        "c.execute(Q.replace('T', table))",
        "c.execute(query=Q % n)",
        "c.execute(Q if a else Q + n)",
        "c.execute(sa.text(Q + n))",
        'c.execute(" ".join([Q, n]))',
        'c.execute(" ".join(parts))',
        'c.execute(sql.SQL(f"DROP TABLE {name}"))',
        'c.execute(sql.SQL("DROP TABLE " + name).format(other))',
        'q = " ".join(["SELECT a FROM b WHERE c =", name])',
    ),
    good=(
        'q = f"SELECT {COLUMNS} FROM orders WHERE id = $1"',
        """c.execute(sa.text(f"DROP TABLE {', '.join(_TABLES)}"))""",
        'cursor.execute("SELECT a FROM b WHERE c = %s", (name,))',
        'for t in ("a", "b"):\n    op.execute(f"DROP TABLE {t}")',
        'say(f"update from {old} to {new}, and {more} more")',
        "c.execute(Q, (n,))",
        "c.execute(query)",
        "c.execute(Q + TAIL)",
        'c.execute(Q.format(COLUMNS) + " LIMIT 1")',
        'c.execute(" ".join([Q, "LIMIT 1"]))',
        "c.execute(sa.select(t).where(t.c.a == a + 1))",
        'c.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))',
        'c.execute(sql.SQL(", ").join(map(sql.Identifier, names)))',
        'say(" ".join(["update", name]))',
    ),
    # Built once, when the module is loaded, from its own texts; no value from outside is there yet.
    except_=(
        "layer/python/orderbell/adapters/sql/statements",
        "layer/python/orderbell/adapters/sql/schema",
        "tools/rules_sql.py",
    ),
)
