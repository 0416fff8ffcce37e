"""The rules about the pages: regular expressions over TypeScript and HTML, comments taken out before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tools.rules import Rule, Source

PAGES = ("clients/",)

_COMMENT = re.compile(
    r"""(?P<kept>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    |(?<![:\\/])//[^\n]*|/\*.*?\*/|<!--.*?-->""",
    re.DOTALL | re.VERBOSE,
)


def _bare(text: str) -> str:
    """Return a text with its comments as blanks, so that the lines keep their numbers."""

    def blank(found: re.Match[str]) -> str:
        return found[0] if found["kept"] else re.sub(r"[^\n]", " ", found[0])

    return _COMMENT.sub(blank, text)


def _seen(pattern: str, ends: tuple[str, ...] = ()) -> Callable[[Source], Iterator[int]]:
    """Return a finder for a pattern, in the files with these endings."""
    compiled = re.compile(pattern, re.DOTALL)

    def find(one: Source) -> Iterator[int]:
        if not ends or one.path.endswith(ends):
            text = _bare(one.text)
            yield from (text.count("\n", 0, found.start()) + 1 for found in compiled.finditer(text))

    return find


PAGE_RULES = (
    Rule(
        "html-from-text",
        "text becomes markup: let Preact show it, or set textContent",
        _seen(
            r"\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdangerouslySetInnerHTML\b|\bsrcdoc\b"
            r"|\bdocument\s*\.\s*write(?:ln)?\s*\(|\bcreateContextualFragment\b|\bsetHTMLUnsafe\b"
        ),
        PAGES,
        bad=(
            "box.innerHTML = name",
            "box.outerHTML = x",
            "box.insertAdjacentHTML('beforeend', name)",
            "<p dangerouslySetInnerHTML={{ __html: note }} />",
            "document.write(x)",
            '<iframe srcdoc="x">',
        ),
        good=("box.textContent = name", "// innerHTML would be wrong here", "document.writable"),
    ),
    Rule(
        "code-from-text",
        "text becomes code, which the content security policy forbids",
        _seen(
            r"(?<![\w.])eval\s*\(|\bnew\s+Function\s*\(|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]|javascript:"
        ),
        PAGES,
        bad=("eval(text)", "new Function(text)", "setTimeout('go()', 1)", '<a href="javascript:go()">'),
        good=("retrieval(text)", "setTimeout(go, 1)", "new Functional()"),
    ),
    Rule(
        "console",
        "a page says nothing to the console: what it knows is personal",
        _seen(r"\bconsole\s*\.\s*\w+"),
        PAGES,
        bad=("console.log(order)", "window.console.error(e)"),
        good=("consoleKind(order)", "/* console.log(x) */ go()"),
    ),
    Rule(
        "opener",
        "a page that is opened may turn this one: rel=noopener, or the word noopener for window.open",
        _seen(
            r"<a\b(?=[^>]*\btarget\s*=)(?![^>]*\brel\s*=\s*[\"'{][^>]*noopener)"
            r"|\bwindow\s*\.\s*open\s*\((?![^;\n]*noopener)"
        ),
        PAGES,
        bad=('<a href={there} target="_blank">x</a>', "window.open(there)"),
        good=(
            '<a href={there} target="_blank" rel="noopener">x</a>',
            "window.open(there, '_blank', 'noopener')",
        ),
    ),
    Rule(
        "secret-in-query",
        "a query string is logged by everything on its way: header, first frame or fragment",
        _seen(r"[?&](?:\w+_)?(?:token|secret|password|passwd|api_?key|phone|pair|code)="),
        PAGES,
        bad=("fetch(`/poll?token=${token}`)", "go('/ws?shop=a&access_token=' + token)"),
        good=("go(`/o/${id}#t=${token}`)", "fetch('/poll?after=3')", "const a = b ? token : code"),
    ),
    Rule(
        "inline",
        "the content security policy runs no script and no style that stands in the page itself",
        _seen(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|<\w[^>]*\s(?:on[a-z]+|style)\s*=\s*\"", (".html",)),
        PAGES,
        bad=("<script>go()</script>", "<style>a {}</style>", '<p onclick="go()">', '<p style="top: 0">'),
        good=('<script type="module" src="/main.tsx"></script>', '<link rel="stylesheet" href="/a.css">'),
    ),
    Rule(
        "other-host",
        "a page loads nothing from another host",
        _seen(
            r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//|@import\s+[\"']?https?:"
        ),
        PAGES,
        bad=('<script src="https://cdn.test/a.js"></script>', '<img src="//cdn.test/a.png">'),
        good=('<script src="/a.js"></script>', '<a href="https://example.test/">x</a>'),
    ),
    Rule(
        "cookie",
        "there are no cookies, which is why another site's page has nothing to ride on",
        _seen(r"\bdocument\s*\.\s*cookie\b|\bcookieStore\b|\bcredentials\s*:\s*[\"']include"),
        PAGES,
        bad=("document.cookie = a", "fetch(a, { credentials: 'include' })"),
        good=("fetch(a, { credentials: 'omit' })", "const cookies = 3"),
    ),
    Rule(
        "any-listener",
        "a message to a window goes to whoever is there: name the origin",
        _seen(r"\.postMessage\s*\([^;]*,\s*[\"']\*[\"']"),
        PAGES,
        bad=("parent.postMessage(order, '*')",),
        good=("worker.postMessage(order)", "parent.postMessage(order, location.origin)"),
    ),
)
