"""A shop, its menu and an order of protocol.md, as domain values."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from orderbell.domain.menu import Category, Choice, Item, Menu, OptionGroup, Shop
from orderbell.domain.order import Customer, Draft, DraftLine
from orderbell.domain.status import Service

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=timezone.utc)
"""12:00 in Shanghai."""

SIZES = OptionGroup(
    id="size",
    name={"zh-CN": "份量", "en": "Size"},
    min=1,
    max=1,
    choices=(
        Choice("regular", {"zh-CN": "中碗", "en": "Regular"}, 0),
        Choice("large", {"zh-CN": "大碗", "en": "Large"}, 500),
        Choice("bucket", {"zh-CN": "桶", "en": "Bucket"}, 2000, available=False),
    ),
)
EXTRAS = OptionGroup(
    id="extras",
    name={"zh-CN": "加料", "en": "Extras"},
    min=0,
    max=2,
    choices=(
        Choice("extra-egg", {"zh-CN": "加蛋", "en": "Extra egg"}, 300),
        Choice("extra-beef", {"zh-CN": "加牛肉", "en": "Extra beef"}, 1200),
        Choice("chili", {"zh-CN": "辣椒", "en": "Chili"}, 0),
    ),
)
NOODLES = Item(
    "beef-noodles", {"zh-CN": "牛肉面", "en": "Beef noodles"}, {"en": "Slow"}, 2400, options=(SIZES, EXTRAS)
)
TEA = Item("tea", {"zh-CN": "茶", "en": "Tea"}, {}, 500)
SOUP = Item("soup", {"zh-CN": "汤", "en": "Soup"}, {}, 900, available=False)
MENU = Menu(
    1,
    (
        Category("noodles", {"zh-CN": "面", "en": "Noodles"}, (NOODLES,)),
        Category("more", {"zh-CN": "其他", "en": "More"}, (TEA, SOUP)),
    ),
)
SHOP = Shop(
    id=1,
    slug="noodle-house",
    name={"zh-CN": "面馆", "en": "Noodle House"},
    locale="zh-CN",
    currency="CNY",
    timezone="Asia/Shanghai",
    phone="+86 10 5555 0100",
)
CUSTOMER = Customer("Li Lei", "13800001234", None)
DRAFT = Draft(
    shop="noodle-house",
    service=Service.PICKUP,
    table=None,
    customer=CUSTOMER,
    lines=(DraftLine("beef-noodles", 2, ("large", "extra-egg"), "no coriander"),),
    expected_total=6400,
)
"""The order of protocol.md: 2 x (2400 + 500 + 300)."""


def in_hours(hours: float) -> datetime:
    """Return a moment that many hours after NOON."""
    return NOON + timedelta(hours=hours)
