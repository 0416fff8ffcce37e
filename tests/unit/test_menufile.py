"""Menu files: what a shop owner writes is read exactly, and every mistake is named with its line."""

# In the tables below one case is one line, which shows better what differs.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbell.adapters.menufile import ShopFile, dump, parse
from orderbell.domain.errors import MenuError
from orderbell.domain.menu import LANGUAGES, Ages, Category, Choice, Item, Menu, OptionGroup, Shop
from orderbell.domain.order import Customer, Draft, DraftLine
from orderbell.domain.placing import place
from orderbell.domain.status import Service

DEMO = sorted((Path(__file__).parents[2] / "db" / "demo").glob("*.yaml"))

GOOD = """\
slug: corner-cafe
name: {zh-CN: 街角咖啡, en: Corner Café}
locale: en
currency: EUR
timezone: Europe/Berlin
phone: +49 30 23125 014
menu:
- id: coffee
  name: Coffee
  items:
  - id: latte
    name: Latte
    description: {zh-CN: 拿铁, en: With milk}
    price: 4.10
    available: true
    options:
    - id: milk
      name: Milk
      min: 1
      max: 1
      choices:
      - {id: whole, name: Whole milk}
      - {id: oat, name: Oat milk, price: 0.5, available: false}
  - id: espresso
    name: No
    price: 2
"""


def with_change(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def refusal(text: str) -> str:
    with pytest.raises(MenuError) as error:
        parse(text, "menu.yaml")
    return str(error.value)


def price_of(scalar: str, currency: str) -> int:
    whole = with_change("currency: EUR", f"currency: {currency}").replace("4.10", "4").replace("0.5", "5")
    return parse(whole.replace("price: 2\n", f"price: {scalar}\n"), "menu.yaml").categories[0].items[1].price


def test_a_file_is_read_as_it_is_written() -> None:
    milk = OptionGroup(
        "milk", {"en": "Milk"}, 1, 1,
        (Choice("whole", {"en": "Whole milk"}, 0), Choice("oat", {"en": "Oat milk"}, 50, available=False)),
    )  # fmt: skip
    latte = Item("latte", {"en": "Latte"}, {"zh-CN": "拿铁", "en": "With milk"}, 410, options=(milk,))
    espresso = Item("espresso", {"en": "No"}, {}, 200)
    assert parse(GOOD, "menu.yaml") == ShopFile(
        slug="corner-cafe",
        name={"zh-CN": "街角咖啡", "en": "Corner Café"},
        locale="en",
        currency="EUR",
        timezone="Europe/Berlin",
        phone="+49 30 23125 014",
        categories=(Category("coffee", {"en": "Coffee"}, (latte, espresso)),),
        restocked=frozenset({"latte"}),
    )


@pytest.mark.parametrize(
    ("scalar", "currency", "minor"),
    [
        ("26.00", "CNY", 2600), ("'26.00'", "CNY", 2600), ('"26.5"', "CNY", 2650), ("26", "CNY", 2600),
        ("0", "CNY", 0), ("0.07", "USD", 7), ("1.10", "USD", 110), ("4.35", "USD", 435), ("008.50", "USD", 850),
        ("90071992547409.93", "ZZZ", None), ("999999999.99", "USD", 99999999999),
        ("1200", "JPY", 1200), ("1.250", "KWD", 1250), ("1.2", "KWD", 1200),
        ("1e3", "USD", None), ("0x10", "USD", None), (".5", "USD", None), ("1_000", "USD", None), ("1:30", "USD", None),
        ("26,00", "EUR", None), ("1,000.00", "USD", None), ("٢", "USD", None), (".inf", "USD", None), ("''", "USD", None),
        ("1.005", "USD", None), ("12.0", "JPY", None), ("1.0000", "KWD", None), ("-1", "USD", None), ("-0.00", "USD", None),
    ],
)  # fmt: skip
def test_a_price_is_exact_or_refused(scalar: str, currency: str, minor: int | None) -> None:
    if minor is not None:
        assert price_of(scalar, currency) == minor
    else:
        with pytest.raises(MenuError, match=r"menu\.yaml:26: 'price' of item 'espresso' must "):
            price_of(scalar, currency)


def test_no_price_passes_through_a_float() -> None:
    for cents in range(600):
        assert price_of(f"{cents // 100}.{cents % 100:02}", "USD") == cents


@pytest.mark.parametrize(
    ("old", "new", "below", "says"),
    [
        ("slug: corner-cafe", "slug: Corner", 0, "'slug' of the shop must be 1 to 63 of a-z, 0-9 and '-', the first and last not '-', got 'Corner'"),
        ("slug: corner-cafe", "slug: cafe-", 0, "got 'cafe-'"),
        ("slug: corner-cafe", "slug: [a]", 0, "'slug' of the shop must be one value, not a list or a block"),
        ("locale: en", "locale: fr", 0, "'locale' of the shop must be zh-CN or en, got 'fr'"),
        ("currency: EUR", "currency: euro", 0, "must be three capital letters like CNY, EUR or USD, got 'euro'"),
        ("timezone: Europe/Berlin", "timezone: Europe/Nowhere", 0, "must be a zone like Asia/Shanghai, got 'Europe/Nowhere'"),
        ("timezone: Europe/Berlin", "timezone: Europe", 0, "must be a zone like"),
        ("timezone: Europe/Berlin", "timezone: ../../etc/passwd", 0, "must be a zone like"),
        ("timezone: Europe/Berlin", "timezone: ''", 0, "must be a zone like"),
        ("phone: +49 30 23125 014", f"phone: {'1' * 41}", 0, "'phone' of the shop must be at most 40 characters, got 41"),
        ("phone: +49 30 23125 014", "accept_seconds: 10", 0, "must be a whole number from 30 to 3600, got '10'"),
        ("phone: +49 30 23125 014", "ages: {amber: 8, red: 8}", 0, "'red' of 'ages' of the shop must be more than its 'amber' of 8, got 8"),
        ("phone: +49 30 23125 014", "ages: {amber: 0, red: 8}", 0, "'amber' of 'ages' of the shop must be a whole number from 1 to 240, got '0'"),
        ("phone: +49 30 23125 014", "ages: {amber: 5}", 0, "'ages' of the shop has no 'red', it needs amber, red"),
        ("phone: +49 30 23125 014", "fax: 1", 0, "unknown key 'fax' in the shop, allowed are slug, name, locale, currency, timezone, menu, phone"),
        ("phone: +49 30 23125 014", "currency: USD", 0, "'currency' stands twice in the shop, once is allowed"),
        ("menu:\n", "menus:\n", 0, "unknown key 'menus' in the shop"),
        ("timezone: Europe/Berlin\n", "", -4, "the shop has no 'timezone', it needs slug, name, locale, currency, timezone, menu"),
        ("  name: Coffee\n", "  name:\n", 0, "'name' of category 'coffee' must not be empty"),
        ("  name: Coffee\n", "  name: ''\n", 0, "must not be empty"),
        ("  name: Coffee\n", "  name: {}\n", 0, "must not be empty"),
        ("  name: Coffee\n", "  name: {de: Kaffee}\n", 0, "unknown key 'de' in 'name' of category 'coffee', allowed are zh-CN, en"),
        ("  name: Coffee\n", "  name: {en: Coffee, en: Tea}\n", 0, "'en' stands twice"),
        ("  name: Coffee\n", f"  name: {'c' * 81}\n", 0, "must be at most 80 characters, got 81"),
        ("  name: Coffee\n", '  name: "Cof\\0fee"\n', 0, "must be plain text without control characters"),
        ("  name: Coffee\n", '  name: "Cof\\ud800fee"\n', 0, "must be plain text without control characters"),
        ("en: With milk", f"en: {'m' * 301}", 0, "'en' of 'description' of item 'latte' must be at most 300 characters, got 301"),
        ("  items:\n", "  items: 5\n  more:\n", 1, "unknown key 'more' in a category"),
        ("- id: latte", "- id: Latte", 0, "'id' of an item must be 1 to 63 of a-z, 0-9 and '-', the first not '-', got 'Latte'"),
        ("- id: latte", f"- id: {'l' * 64}", 0, "'id' of an item must be"),
        ("- id: espresso", "- id: latte", 0, "item 'latte' stands twice, every id must be its own"),
        ("price: 4.10", "price: 4.105", 0, "'price' of item 'latte' must have at most 2 decimals in EUR, got '4.105'"),
        ("price: 4.10", "price: -4.10", 0, "'price' of item 'latte' must not be negative, got '-4.10'"),
        ("price: 4.10", "price: 4,10", 0, "'price' of item 'latte' must be a number like 26.00, got '4,10'"),
        ("price: 4.10", "price: 1000000000.01", 0, "must be at most 1000000000.00"),
        ("    price: 4.10\n", "", -3, "an item has no 'price', it needs id, name, price"),
        ("available: true", "available: sold out", 0, "'available' of item 'latte' must be true or false, got 'sold out'"),
        ("- id: milk", "- id: Milk", 0, "'id' of an option group of 'latte' must be"),
        ("min: 1", "min: 2", 0, "'min' of 'milk' must be at most its 'max', which is 1, got 2"),
        ("min: 1\n      max: 1", "min: 3\n      max: 3", 0, "'min' of 'milk' must be at most its 2 choices, got 3"),
        ("min: 1", "min: one", 0, "must be a whole number from 0 to 50, got 'one'"),
        ("max: 1", "max: 0", 0, "must be a whole number from 1 to 50, got '0'"),
        ("{id: oat,", "{id: whole,", 0, "choice of 'latte' 'whole' stands twice"),
        ("price: 0.5,", "price: 0.555,", 0, "'price' of choice of 'latte' 'oat' must have at most 2 decimals"),
        ("price: 0.5,", "cost: 0.5,", 0, "unknown key 'cost' in a choice of 'latte', allowed are id, name, price, available"),
        ("name: Latte", "name: *latte", 0, "'&' and '*' at the start of a value are not allowed"),
        ("name: Latte", "name: &latte Latte", 0, "'&' and '*' at the start of a value are not allowed"),
        ("name: Latte", "name: !!python/object:os.system Latte", 0, "'!' at the start of a value is not allowed"),
        ("name: Latte", f"name: {'[' * 40}", 0, "more than 16 levels"),
        ("name: Latte", "name: [unclosed", 1, ""),
        ("name: Latte", "name: Latte: big", 0, "mapping values are not allowed here"),
        ("name: Latte", "name: La\x07tte", 0, "a character that a text must not have (code 7)"),
        ("phone: +49 30 23125 014", "---", 0, "but found another document"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(old: str, new: str, below: int, says: str) -> None:
    line = GOOD[: GOOD.index(old)].count("\n") + 1 + below
    message = refusal(with_change(old, new))
    assert message.startswith(f"menu.yaml:{line}: ") and says in message, message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["", "# nothing\n", "---"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert refusal(text).startswith("menu.yaml:1: ")


@pytest.mark.parametrize("text", ["menu", "- menu", "{a: {b: c}}", "? [a]\n: b\n"])
def test_what_is_no_shop_is_refused(text: str) -> None:
    assert refusal(text).startswith("menu.yaml:1: ")


def test_a_file_out_of_all_proportion_is_not_even_read() -> None:
    assert refusal("#" * 1_000_001) == "menu.yaml:1: the file must be at most 1000000 characters, got 1000001"


def test_a_shop_has_at_most_500_items() -> None:
    head = GOOD[: GOOD.index("menu:")] + "menu:\n"
    half = [f"- {{id: {name}, name: c, items: [" for name in ("a", "b")]
    rows = [", ".join(f"{{id: {name}{n}, name: n, price: 1}}" for n in range(250)) for name in ("a", "b")]
    full = f"{head}{half[0]}{rows[0]}]}}\n{half[1]}{rows[1]}]}}\n"
    assert sum(len(category.items) for category in parse(full, "menu.yaml").categories) == 500
    more = full + "- {id: c, name: c, items: [{id: c, name: n, price: 1}]}\n"
    assert refusal(more) == "menu.yaml:10: a shop must have at most 500 items, this is one more"


def test_an_option_group_without_choices_is_refused() -> None:
    empty = re.sub(r"choices:\n.*\n.*false}\n", "choices: []\n", GOOD)
    assert refusal(empty) == "menu.yaml:21: 'milk' must have at least one choice"


def test_a_text_over_several_lines_is_one_line() -> None:
    text = with_change("name: Latte\n", "name: >\n      Caffè\n      latte\n\n")
    assert parse(text, "menu.yaml").categories[0].items[0].name == {"en": "Caffè latte"}


def test_choices_and_items_say_apart_from_each_other_that_they_are_back() -> None:
    text = with_change("name: Oat milk, price: 0.5, available: false", "name: Oat milk, available: true")
    assert parse(text, "menu.yaml").restocked == {"latte", "latte/oat"}


# What `dump` writes, `parse` reads.

words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80)
texts = words.map(lambda text: re.sub(" +", " ", text).strip(" ")).filter(bool)
names = st.dictionaries(st.sampled_from(LANGUAGES), texts, min_size=1)
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
prices = st.integers(0, 10**11)


@st.composite
def shop_files(draw: st.DrawFn) -> ShopFile:
    """Any shop that a file can say."""
    free = iter(draw(st.lists(ids, unique=True, min_size=12, max_size=12)))
    said: set[str] = set()

    def choice(item: str) -> Choice:
        value = Choice(next(free), draw(names), draw(prices), draw(st.booleans()))
        if value.available and draw(st.booleans()):
            said.add(f"{item}/{value.id}")
        return value

    def group(item: str) -> OptionGroup:
        choices = tuple(choice(item) for _ in range(draw(st.integers(1, 2))))
        least = draw(st.integers(0, len(choices)))
        return OptionGroup(next(free), draw(names), least, draw(st.integers(max(least, 1), 50)), choices)

    def item() -> Item:
        id_, available = next(free), draw(st.booleans())
        if available and draw(st.booleans()):
            said.add(id_)
        options = tuple(group(id_) for _ in range(draw(st.integers(0, 1))))
        description = draw(st.just({}) | names)
        return Item(id_, draw(names), description, draw(prices), available, None, options)

    categories = tuple(
        Category(next(free), draw(names), tuple(item() for _ in range(draw(st.integers(0, 1)))))
        for _ in range(draw(st.integers(0, 2)))
    )
    return ShopFile(
        slug=draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)),
        name=draw(names),
        locale=draw(st.sampled_from(LANGUAGES)),
        currency=draw(
            st.sampled_from(["CNY", "JPY", "KWD", "CLF"]) | st.from_regex("[A-Z]{3}", fullmatch=True)
        ),
        timezone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"])),
        categories=categories,
        phone=draw(st.just("") | texts.filter(lambda text: len(text) <= 40)),
        accept_seconds=draw(st.integers(30, 3600)),
        position=draw(st.integers(0, 9999)),
        ages=Ages(draw(st.integers(1, 100)), draw(st.integers(101, 240))),
        restocked=frozenset(said),
    )


@given(shop_files())
@settings(max_examples=150, deadline=None)
def test_what_is_dumped_is_read_back_the_same(shop_file: ShopFile) -> None:
    assert parse(dump(shop_file), "menu.yaml") == shop_file


@pytest.mark.parametrize(
    "text", ["No", "null", "~", "12:30", "1.0", "0x1F", "- a", "a: b", "#1", "'", '"', "{x}", "a, b"]
)
def test_a_name_that_yaml_takes_for_something_else_survives(text: str) -> None:
    shop_file = replace(parse(GOOD, "menu.yaml"), name={"en": text})
    assert parse(dump(shop_file), "menu.yaml") == shop_file


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_at_all_is_a_shop_or_a_menu_error(text: str) -> None:
    with pytest.raises(MenuError, match=r"^menu\.yaml:[0-9]+: "):
        parse(text, "menu.yaml")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_a_shop_or_a_menu_error(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(start + 20, len(GOOD))))
    damaged = GOOD[:start] + data.draw(st.text(max_size=5)) + GOOD[end:]
    try:
        shop_file = parse(damaged, "menu.yaml")
    except MenuError as error:
        assert re.match(r"menu\.yaml:[0-9]+: \S", str(error))
    else:
        assert parse(dump(shop_file), "menu.yaml") == shop_file


# The demo shops.


def demo(slug: str) -> ShopFile:
    (path,) = [path for path in DEMO if path.stem == slug]
    return parse(path.read_text("utf-8"), path.name)


def test_the_demo_shops_are_three_in_as_many_currencies() -> None:
    shops = [demo(path.stem) for path in DEMO]
    assert [shop.slug for shop in shops] == [path.stem for path in DEMO]
    assert {shop.slug: shop.currency for shop in shops} == {
        "noodle-house": "CNY",
        "coffee-bar": "EUR",
        "burger-place": "USD",
    }


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_demo_shop_looks_like_a_shop(path: Path) -> None:
    shop = demo(path.stem)
    items = [item for category in shop.categories for item in category.items]
    groups = [group for item in items for group in item.options]
    assert 12 <= len(items) <= 30
    assert any(group.min for group in groups) and any(not group.min for group in groups)
    said = [shop.name, *(category.name for category in shop.categories), *(item.name for item in items)]
    said += [item.description for item in items if item.description] + [group.name for group in groups]
    said += [choice.name for group in groups for choice in group.choices]
    assert all(list(names) == list(LANGUAGES) for names in said)
    assert sum(bool(item.description) for item in items) * 3 >= len(items)
    # Numbers that nobody can have: films' numbers in the US and in Germany, a leading 0 in Shanghai.
    assert re.match(r"\+1 212-555-01\d\d$|\+49 30 23125 \d{3}$|\+86 21 0000 \d{4}$", shop.phone)


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_demo_file_is_written_as_an_export_writes_it(path: Path) -> None:
    def without_comments(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("#")]

    written = path.read_text("utf-8")
    assert written.startswith("# A shop and its menu.")
    assert without_comments(dump(demo(path.stem))) == without_comments(written)


def test_the_example_order_of_the_protocol_costs_what_it_says() -> None:
    file = demo("noodle-house")
    shop = Shop(1, file.slug, file.name, file.locale, file.currency, file.timezone, file.phone)
    draft = Draft(
        shop="noodle-house",
        service=Service.PICKUP,
        table=None,
        customer=Customer("Li Lei", "13800001234", None),
        lines=(DraftLine("beef-noodles", 2, ("large", "extra-egg"), "no coriander"),),
        expected_total=6400,
    )
    at = datetime(2026, 11, 21, tzinfo=timezone.utc)
    order = place(shop, Menu(1, file.categories), draft, order_id="o", number="A11", at=at)
    assert order.total == 6400 and order.lines[0].name == "红烧牛肉面"
