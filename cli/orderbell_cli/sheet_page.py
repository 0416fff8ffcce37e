"""The printable sheet as one HTML file: no script, nothing loaded, A4 with lines to cut along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

import segno

CARDS_PER_PAGE = 6
QUIET = 4
"""Empty modules around a code: what ISO 18004 asks for. The card's edge may be a dark table."""

_SCAN = {"zh-CN": "扫码点餐", "en": "Scan to order"}
_TABLE = {"zh-CN": "桌号", "en": "Table"}
_HINT = {
    "zh-CN": "用 A4 纸、按 100% 打印，沿虚线裁开。",
    "en": "Print on A4 at 100 %, cut along the dashed lines.",
}

_STYLE = """\
@page { size: A4; margin: 0; }
* { box-sizing: border-box; margin: 0; }
html { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC",
  "Noto Sans SC", "Microsoft YaHei", sans-serif; color: #000; background: #d8d8d8; -webkit-print-color-adjust: exact; }
.hint { padding: 4mm; text-align: center; font-size: 4mm; line-height: 1.5; }
.page { display: grid; grid-template: repeat(3, 92mm) / repeat(2, 95mm); place-content: center; width: 210mm;
  height: 297mm; margin: 0 auto 6mm; background: #fff; break-after: page; }
.page:last-child { break-after: auto; }
.card { display: grid; grid-template: auto 1fr auto / 47mm 1fr; gap: 1mm 3mm; padding: 5mm 4mm; overflow: hidden;
  border: 0.2mm dashed #777; text-align: center; }
.shop { grid-column: 1 / -1; font-size: 5mm; font-weight: 700; line-height: 1.25; }
.shop span, .scan span, .what span { display: block; }
.shop span + span { font-size: 3.6mm; font-weight: 400; }
.code { align-self: center; width: 47mm; }
.code svg { display: block; width: 100%; shape-rendering: crispEdges; }
.side { align-self: center; display: grid; gap: 3mm; }
.what { font-size: 3.8mm; line-height: 1.3; }
.label { font-weight: 800; overflow-wrap: anywhere; }
.label { line-height: 1.2; }
.l2 { font-size: 20mm; } .l3 { font-size: 15mm; } .l5 { font-size: 9.5mm; } .l8 { font-size: 6mm; } .l99 { font-size: 5mm; }
.scan { font-size: 4.6mm; font-weight: 700; line-height: 1.3; }
.link { grid-column: 1 / -1; font-size: 2.6mm; line-height: 1.3; overflow-wrap: anywhere; color: #333; }
.one .page { grid-template: 180mm / 150mm; }
.one .card { grid-template: auto 1fr auto auto / 1fr; gap: 5mm; padding: 10mm; }
.one .shop { font-size: 9mm; } .one .shop span + span { font-size: 6mm; }
.one .code { width: 96mm; justify-self: center; }
.one .scan { font-size: 9mm; } .one .link { font-size: 3.6mm; }
@media print { .hint { display: none; } html { background: #fff; } .page { margin: 0; } }
"""


@dataclass(frozen=True)
class Card:
    """What one card leads to, `shown` as a person would type it; `label` is None where it is no table's."""

    link: str
    shown: str
    label: str | None


def page(names: Mapping[str, str], cards: Sequence[Card]) -> str:
    """Return the file, in the languages that the shop has."""
    tongues = list(names)
    pages = (cards[at : at + CARDS_PER_PAGE] for at in range(0, len(cards), CARDS_PER_PAGE))
    body = "\n".join(
        '<section class="page">\n' + "\n".join(_card(names, card) for card in some) + "\n</section>"
        for some in pages
    )
    kind = ' class="one"' if cards[0].label is None else ""
    return f"""<!doctype html>
<html lang="{tongues[0]}"{kind}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{escape(names[tongues[0]])} · QR</title>
<style>
{_STYLE}</style>
</head>
<body>
<header class="hint">{_said(_HINT, tongues, "p")}</header>
<main>
{body}
</main>
</body>
</html>
"""


def _card(names: Mapping[str, str], card: Card) -> str:
    tongues = list(names)
    table = ""
    if card.label is not None:
        label = escape(card.label)
        table = f"""
<div class="what">{_said(_TABLE, tongues)}</div>
<div class="label {_size(card.label)}">{label}</div>"""
    return f"""<article class="card">
<h2 class="shop">{_said(names, tongues)}</h2>
<div class="code">{svg(card.link)}</div>
<div class="side">{table}
<div class="scan">{_said(_SCAN, tongues)}</div>
</div>
<p class="link">{escape(card.shown)}</p>
</article>"""


def svg(text: str) -> str:
    """Return the QR code of a text as a drawing, one run of dark modules after the other."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    size = code.symbol_size(border=QUIET)[0]
    return f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="QR code"><path d="{"".join(_runs(code.matrix))}"/></svg>'


def _runs(matrix: Sequence[bytearray]) -> list[str]:
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                runs.append(f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z")
            x += width or 1
    return runs


def _said(words: Mapping[str, str], tongues: Sequence[str], tag: str = "span") -> str:
    return "".join(f'<{tag} lang="{tongue}">{escape(words[tongue])}</{tag}>' for tongue in tongues)


def _size(label: str) -> str:
    """Return the class whose type lets a label stand in its place: a Chinese letter is as wide as two figures."""
    width = sum(2 if east_asian_width(letter) in "WF" else 1.5 if letter in "MW@%" else 1 for letter in label)
    return next(f"l{most}" for most in (2, 3, 5, 8, 99) if width <= most)
