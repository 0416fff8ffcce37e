"""A shop's day in `memory` (`service.ports_report.DayBook`)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orderbell.adapters.memory_world import MarkRow, MemoryWorld, OrderRow, ShopRow
from orderbell.domain.report import Day, DayOrder, Marked
from orderbell.service.wall import Wall


class MemoryDayBook:
    """Days of a world."""

    def __init__(self, world: MemoryWorld, wall: Wall) -> None:
        self._world = world
        self._wall = wall

    def day(self, slug: str, day: date | None) -> Day | None:
        """Return what is stored of a shop's day."""
        with self._world.data() as world:
            row = world.named(slug)
            if row is None:
                return None
            zone, shop_id = ZoneInfo(row.shop.timezone), row.shop.id
            self._wall.shop(shop_id)
            today = _date(world.clock(), zone)
            day = day or today
            orders = sorted(world.orders.values(), key=lambda found: found.placed_seq)
            mine = [one for one in orders if one.shop_id == shop_id and one.business_day == day]
            marks = _told([mark for mark in world.marks if mark.shop_id == shop_id], day, zone)
            return Day(
                row.shop,
                day,
                today,
                world.clock(),
                tuple(_order(one, zone) for one in mine),
                tuple(self._marked(mark, row) for mark in marks),
            )

    def _marked(self, mark: MarkRow, row: ShopRow) -> Marked:
        item, device = row.menu.items.get(mark.item), self._world.devices.get(mark.device or "")
        name = None if item is None else item.name
        by = "" if device is None else device.name
        return Marked(mark.item, name, mark.at, mark.available, mark.until is not None, by)


def _told(marks: list[MarkRow], day: date, zone: ZoneInfo) -> list[MarkRow]:
    """Return the marks of a day, after the last mark of each item with which it came into the day sold out."""
    midnight = datetime.combine(day, time(), zone)
    before = {mark.item: mark for mark in sorted(marks, key=_at) if _date(mark.at, zone) < day}
    still = [
        mark for mark in before.values() if not mark.available and (not mark.until or mark.until > midnight)
    ]
    return sorted(still, key=_at) + [mark for mark in marks if _date(mark.at, zone) == day]


def _at(mark: MarkRow) -> datetime:
    return mark.at


def _date(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _order(row: OrderRow, zone: ZoneInfo) -> DayOrder:
    order = row.order
    return DayOrder(
        order.number, order.service, order.status, order.total, order.currency, order.placed_at,
        order.placed_at.astimezone(zone).utcoffset() or timedelta(0), order.seen_at, order.promised_at, order.nudges,
        order.history,
    )  # fmt: skip
