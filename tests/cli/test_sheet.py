"""The sheet of `orderbell shop qr`: what a phone reads from it, what a person does, and which tables it takes."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from orderbell_cli.address import is_loopback, public_url
from orderbell_cli.errors import Failed
from orderbell_cli.main import main
from orderbell_cli.sheet_page import QUIET, page, svg
from orderbell_cli.sheets import cards, table_labels
from support import qr

SITE = "https://order.example.com"


def matrix(drawing: str) -> list[list[bool]]:
    """Return the modules of a drawn code without its quiet zone, which must be there and empty."""
    found = re.search(r'viewBox="0 0 (\d+) \1".*<path d="([^"]*)"', drawing)
    assert found
    size, path = int(found[1]), found[2]
    dark = [[False] * size for _ in range(size)]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path)
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs) == path
    for x, y, width in (map(int, run) for run in runs):
        dark[y][x : x + width] = [True] * width
    inner = range(QUIET, size - QUIET)
    assert not any(dark[y][x] for y in range(size) for x in range(size) if y not in inner or x not in inner)
    return [[dark[y][x] for x in inner] for y in inner]


class Sheet(HTMLParser):
    """What is on a sheet: the texts of each class, the codes, and the names of its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.codes = [qr.read(matrix(drawing)) for drawing in re.findall(r"<svg.*?</svg>", text)]
        self.labels = [unescape(found) for found in re.findall(r'<div class="label \w+">(.*?)</div>', text)]
        self.pages = text.count('<section class="page">')
        self.feed(text)
        self.text = unescape(re.sub(r"<[^>]+>", " ", text.partition("<body>")[2]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert name not in ("src", "href", "style") and not name.startswith("on"), f"{name}={value}"


def test_a_card_for_each_table_with_the_code_that_leads_to_it() -> None:
    names = {"zh-CN": "巷口面馆", "en": "Alley Noodle House"}
    wanted = [*map(str, range(1, 13)), "A3", "靠窗 2"]
    sheet = Sheet(page(names, cards(SITE, "noodle-house", table_labels("1-12,A3,靠窗 2"))))
    assert (sheet.labels, sheet.pages) == (wanted, 3)
    assert [parse_qs(urlsplit(code).query)["table"] for code in sheet.codes] == [[one] for one in wanted]
    assert {code.partition("?")[0] for code in sheet.codes} == {f"{SITE}/s/noodle-house"}
    for words in (*names.values(), "扫码点餐", "Scan to order", "桌号", "Table"):
        assert sheet.text.count(words) == 14
    assert f"{SITE}/s/noodle-house?table=靠窗%202" in sheet.text


def test_a_shop_with_one_language_has_cards_in_it() -> None:
    sheet = Sheet(page({"en": 'Fish & "Chips" <b>'}, cards(SITE, "fish", ["<i>&amp;"])))
    assert 'Fish & "Chips" <b>' in sheet.text and not {"b", "i"} & sheet.tags
    assert "<i>&amp;" in sheet.text and sheet.labels == ["<i>&amp;"]
    assert "Scan to order" in sheet.text and not re.search(r"[\u4e00-\u9fff]", sheet.text)


def test_without_tables_one_card_for_the_shop() -> None:
    sheet = Sheet(page({"en": "Cafe"}, cards(SITE, "coffee-bar", None)))
    assert (sheet.codes, sheet.labels, sheet.pages) == ([f"{SITE}/s/coffee-bar"], [], 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tables", "20-1"), "runs backwards"),
        (("--tables", "1,,2"), "empty place"),
        (("--tables", ""), "empty place"),
        (("--tables", "1-9999"), "more than 200 tables"),
        (("--tables", "x" * 17), "1 to 16 letters"),
        (("--tables", "a\u202eb"), "1 to 16 letters"),
        (("--tables", "1"), "with --url"),
        (("--url", "order.example.com"), "must look like"),
    ],
)
def test_what_cannot_be_printed_is_one_clear_line(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["shop", "qr", "coffee-bar", "--data", str(tmp_path), *words])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert told.err.startswith("orderbell: ") and said in told.err and told.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1-3", ["1", "2", "3"]),
        ("08-11", ["08", "09", "10", "11"]),
        ("A1-A3", ["A1", "A2", "A3"]),
        ("B9-11", ["B9", "B10", "B11"]),
        (" 1 , 2,A3,1", ["1", "2", "A3"]),
        ("B-2", ["B-2"]),
        ("1-2-3", ["1-2-3"]),
        ("7-7", ["7"]),
    ],
)
def test_tables_are_named_as_people_name_them(text: str, labels: list[str]) -> None:
    assert table_labels(text) == labels


def test_two_hundred_tables_are_the_most() -> None:
    assert len(table_labels("1-200")) == 200
    with pytest.raises(Failed):
        table_labels("0-200")


@settings(max_examples=25, deadline=None)
@given(some.text(some.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=16))
def test_any_label_comes_through_the_link_the_code_and_the_page(text: str) -> None:
    try:
        labels = table_labels(text.replace(",", "").replace("-", "."))
    except Failed:
        return
    [card] = cards(SITE, "noodle-house", labels)
    sheet = Sheet(page({"en": text or "x"}, [card]))
    assert sheet.codes == [card.link] and sheet.labels == labels
    assert parse_qs(urlsplit(card.link).query) == {"table": labels}
    assert sheet.tags <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "h2", "div",
        "span", "p", "svg", "path",
    }  # fmt: skip


@pytest.mark.parametrize("length", [10, 24, 40, 60, 80, 100, 120, 150, 180])
def test_links_of_every_length_can_be_read(length: int) -> None:
    link = f"{SITE}/".ljust(length, "x")[:length]
    assert qr.read(matrix(svg(link))) == link


def test_the_reader_refuses_a_code_with_one_wrong_module() -> None:
    modules = matrix(svg(SITE))
    modules[-1][-1] = not modules[-1][-1]
    with pytest.raises(AssertionError):
        qr.read(modules)


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://a.b", "http://", "http://u:p@a.b", "http://a.b/c", "http://a.b?c", "http://a.b:x", "http://a b"],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(Failed, match="must look like"):
        public_url(url, Path("/nowhere"))


def test_which_addresses_phones_cannot_reach() -> None:
    here = ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:80", "http://a.localhost")
    assert all(map(is_loopback, here))
    assert not any(map(is_loopback, ("http://192.168.1.20:8080", SITE, "http://[fe80::1]")))
