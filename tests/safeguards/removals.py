"""The safeguards that can be taken out one at a time, each with the tests that must fail without it.

A test whose file ends in `.ts` is named by its title. `docs/safeguards.md` is made from this list.
"""

from __future__ import annotations

from tests.safeguards.removal import (
    COMMANDS,
    CONTRACT,
    CUT_OFF,
    KILLED,
    KITCHEN,
    LINK,
    LINK_TEST,
    LOG,
    LOG_TEST,
    MIGRATION,
    ORDERING,
    SQL,
    STATEMENTS,
    Edit,
    Removal,
    taken_out,
)
from tests.safeguards.removals_telling import ALARM, COMING_BACK, SWEEPS, TELLING
from tests.safeguards.removals_walls import WALLS

SCREEN = (
    taken_out(
        "dedup",
        "A screen drops events that it has already.",
        LOG,
        "if (event.seq <= seq) {",
        "if (event.seq <= seq) seq = event.seq - 1;\n    if (event.seq <= seq) {",
        f"{LOG_TEST}::a repeated batch changes nothing, rings nobody, and is acknowledged again",
        f"{LOG_TEST}::of a batch that overlaps only the new part is applied",
    ),
    Removal(
        "gap-check",
        "A screen that sees a gap applies nothing behind it and asks for what is missing.",
        (
            Edit(LOG, "if (frame.prev > log.seq) return", "if (frame.prev < 0) return"),
            Edit(LOG, "if (event.seq !== seq + 1) {", "if (event.seq < 0) {"),
        ),
        (
            f"{LOG_TEST}::a gap before a batch asks for a resume and applies nothing",
            f"{LOG_TEST}::a hole inside a batch stops there and asks for the rest",
        ),
    ),
    taken_out(
        "epoch-check",
        "A screen takes no events of another history.",
        LOG,
        "if (frame.epoch !== log.epoch) return",
        "if (frame.epoch === undefined) return",
        f"{LOG_TEST}::another epoch starts again",
    ),
    taken_out(
        "late-snapshot",
        "A screen takes no snapshot that is older than what it shows.",
        LOG,
        "if (log.epoch === frame.epoch && frame.seq < log.seq) return",
        "if (frame.seq < 0) return",
        f"{LOG_TEST}::a late snapshot that is older than the screen is not taken",
    ),
    taken_out(
        "dead-line",
        "A page whose ping is not answered takes its line for dead and makes a new one.",
        LINK,
        "    this.expect(withinMs);",
        "",
        f"{LINK_TEST}::a line that does not answer a ping is dropped and made anew",
    ),
    taken_out(
        "customer-version",
        "A customer's page shows only a newer version of its order.",
        "clients/lib/tracker.ts",
        "came.version > shown.version ||",
        "came.version > 0 ||",
        "clients/tests/small.test.ts::only a newer version of the order is shown",
    ),
)

PLACING = (
    taken_out(
        "row-lock",
        "Who writes to a shop's log holds the shop's row: seqs are in commit order and without holes.",
        STATEMENTS,
        "WHERE s.slug = $1 FOR NO KEY UPDATE OF s",
        "WHERE s.slug = $1",
        f"{CONTRACT}/test_row_lock.py::test_who_writes_next_waits_and_goes_on_after_the_one_before",
    ),
    taken_out(
        "unique-key",
        "The table holds one order for each Idempotency-Key of a shop.",
        MIGRATION,
        "    CONSTRAINT uq_orders_shop_id_idem_hash UNIQUE (shop_id, idem_hash),\n",
        "",
        f"{CONTRACT}/test_ordering.py::test_the_same_key_again_gives_the_same_order_and_token[sql]",
        f"{CONTRACT}/test_ordering.py::test_fifty_requests_with_one_key_make_one_order_and_all_get_it[sql]",
    ),
    taken_out(
        "replay",
        "A key that was used is answered with its order.",
        ORDERING,
        "found = self._ledger.by_key(shop, idem_hash)",
        "found = None",
        f"{CONTRACT}/test_ordering.py::test_the_same_key_again_gives_the_same_order_and_token[memory]",
    ),
    taken_out(
        "unknown-fate",
        "An order whose COMMIT was not answered is answered with 503, never with success.",
        f"{SQL}/database.py",
        'ours = self._ours(error, committing="COMMIT" in parts)',
        'ours = self._ours(error, committing="COMMIT" in parts)\n'
        '                if "COMMIT" in parts and isinstance(ours, Unavailable):\n'
        "                    return []",
        f"{CUT_OFF}[cut before-placing]",
    ),
)

MOVING = (
    taken_out(
        "commit-first",
        "Nobody is told of a change before it is stored.",
        KITCHEN,
        "            claims = books.commit()\n",
        "            if told.order is not None:\n"
        "                self._delivery.ring_order(told.order)\n"
        "            claims = books.commit()\n",
        f"{KILLED}[kill after-moving]",
    ),
    taken_out(
        "version-guard",
        "An order is changed only from the version that was read.",
        STATEMENTS,
        "AND version = (p->>'version')::int - 1",
        "AND version > 0",
        f"{CONTRACT}/test_ledger.py::test_a_change_of_another_version_than_the_stored_one_is_a_defect_and_stores_nothing[sql]",
    ),
    taken_out(
        "command-once",
        "A command is remembered with its answer, and acts once.",
        KITCHEN,
        "            books.remember(by.key, command_id, result)\n",
        "",
        f"{COMMANDS}::test_the_same_id_again_gives_the_same_result_and_acts_once[plain]",
    ),
    taken_out(
        "move-once",
        "An order that is accepted is not accepted again: a repeated move changes nothing.",
        "layer/python/orderbell/domain/order.py",
        "if self._repeats(move, actor):",
        "if self._repeats(move, actor):\n"
        "                return replace(self, version=self.version + 1)\n"
        "            if self._repeats(move, actor):",
        f"{COMMANDS}::test_a_move_that_is_made_already_is_a_success_that_changes_nothing",
    ),
)

REMOVALS = (*SCREEN, *PLACING, *MOVING, *TELLING, *SWEEPS, *ALARM, *COMING_BACK, *WALLS)
