"""The shop's row: who writes next waits for it, and goes on after the one before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from support.books import write_order
from support.layer import SqlStore, until

WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def test_who_writes_next_waits_and_goes_on_after_the_one_before(sql: SqlStore) -> None:
    shop = sql.open_shop()
    first, second = sql.ledger(), sql.ledger()

    def write() -> int:
        with second.hold(shop.slug) as books:
            write_order(books)
            books.commit()
            return books.held.last_seq

    with ThreadPoolExecutor(1) as pool, first.hold(shop.slug) as books:
        seq = pool.submit(write)
        until(lambda: seq.done() or sql.run(WAITING))
        assert not seq.done(), "it did not wait for the shop's row"
        write_order(books)
        books.commit()
        assert seq.result(10) == 1
    assert [event.seq for event in first.events(shop.id, 0, 9)] == [1, 2]
