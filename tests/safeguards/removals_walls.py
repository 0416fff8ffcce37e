"""What holds one shop's orders from another's."""

from __future__ import annotations

from tests.safeguards.removal import CONTRACT, SERVICE, SQL, taken_out

_CALLS = f"{CONTRACT}/test_walls_calls.py"

WALLS = (
    taken_out(
        "wall-of-events",
        "A session sees and writes a log's events only inside its wall.",
        "db/migrations/versions/0005_doors.sql",
        "ALTER TABLE event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n",
        "ALTER TABLE event ENABLE ROW LEVEL SECURITY;\n",
        f"{CONTRACT}/test_walls.py::test_outside_its_wall_a_statement_gets_and_writes_nothing[events]",
        f"{_CALLS}::test_a_kitchen_gets_nothing_of_another_shop_from_statements_that_forget_the_shop",
        f"{_CALLS}::test_nobody_and_another_shop_find_an_empty_ledger[sql]",
    ),
    taken_out(
        "nobody-first",
        "A call begins as nobody, whoever called before.",
        "layer/python/orderbell/entry/wiring.py",
        "        self.wall.nobody()\n",
        "",
        f"{_CALLS}::test_a_kitchen_gets_nothing_of_another_shop_from_statements_that_forget_the_shop",
    ),
    taken_out(
        "one-shop",
        "A call that is in a shop opens no second one.",
        f"{SERVICE}/wall.py",
        "if self._scope != NOBODY and self._shop_of_order != shop_id:",
        "if shop_id < 0:",
        f"{_CALLS}::test_a_call_opens_one_shop_and_no_second_one[memory]",
        f"{_CALLS}::test_a_call_opens_one_shop_and_no_second_one[sql]",
    ),
    taken_out(
        "told-again",
        "After a transaction was undone the database is told again whose call it is.",
        f"{SQL}/database.py",
        "            self._told = None  # what the transaction told is undone with it\n",
        "",
        f"{_CALLS}::test_after_an_error_the_database_is_told_again_whose_call_it_is",
    ),
)
