"""The printed sheet as a phone's camera has it: read from the pixels, and the page that it leads to."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from browser.people import TABLET, Open
from playwright.sync_api import Page, expect

from orderbell_cli.sheet_page import QUIET, page
from orderbell_cli.sheets import cards, table_labels
from support import qr
from support.system import System

# Returns whether the middle of each module is dark: `side` modules in a row, each way.
SAMPLE = """async ([picture, side]) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(image, 0, 0);
  const at = (n, size) => Math.floor((n + 0.5) * size / side);
  return Array.from({length: side}, (_, y) => Array.from({length: side}, (_, x) =>
    brush.getImageData(at(x, image.width), at(y, image.height), 1, 1).data[0] < 128));
}"""


def photographed(sheet: Page, nth: int, eye: Page) -> str:
    """Return what is read from the pixels of the nth code."""
    code = sheet.get_by_role("img", name="QR code").nth(nth)
    side = int((code.get_attribute("viewBox") or "").split()[2])
    picture = "data:image/png;base64," + base64.b64encode(code.screenshot(scale="css")).decode()
    dark: list[list[bool]] = eye.evaluate(SAMPLE, [picture, side])
    inner = slice(QUIET, side - QUIET)
    return qr.read([row[inner] for row in dark[inner]])


def test_a_phone_reads_the_printed_sheet_and_is_at_its_table(
    system: System, open_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.html"
    names = {"zh-CN": "巷口面馆", "en": "Alley Noodle House"}
    file.write_text(page(names, cards(system.url, "noodle-house", table_labels("1-5,靠窗888,A12"))), "utf-8")
    sheet = open_page(file.as_uri(), TABLET)
    sheet.emulate_media(media="print")
    assert sheet.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
    wide = "[...document.querySelectorAll('article, article *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)"
    high = "[...document.querySelectorAll('article')].filter(e => e.scrollHeight > e.clientHeight + 1)"
    assert sheet.evaluate(f"{wide}.length + {high}.length") == 0, "something is cut off"
    phone = open_page("about:blank")
    links = [photographed(sheet, nth, phone) for nth in (0, 5)]
    assert [parse_qs(urlsplit(link).query)["table"] for link in links] == [["1"], ["靠窗888"]]
    phone.goto(links[0])
    expect(phone.get_by_role("heading", name="Alley Noodle House")).to_be_visible()
