"""Safeguards of telling: the cursors, the timer, and pages that come back."""

from __future__ import annotations

from tests.safeguards.removal import (
    ALERTS,
    CONTRACT,
    DELIVERY,
    KILLED,
    LOST,
    PARTS,
    SESSIONS,
    SOCKETS,
    STATEMENTS,
    SWEEP,
    SWEEPING,
    taken_out,
)

TELLING = (
    taken_out(
        "resend",
        "What a screen does not acknowledge within 1.5 s is sent again.",
        PARTS,
        "THEN c.acked_seq ELSE c.sent_seq END",
        "THEN c.sent_seq ELSE c.sent_seq END",
        f"{CONTRACT}/test_cursors.py::test_what_is_not_acked_in_time_is_sent_again_from_the_ack[sql]",
        f"{LOST}[placing]",
    ),
    taken_out(
        "purge-on-gone",
        "A connection that the gateway no longer has is forgotten.",
        DELIVERY,
        "            self._connections.remove(connection_id, gone=True)\n        except PushFailed as error:",
        "            return False\n        except PushFailed as error:",
        f"{CONTRACT}/test_delivery.py::test_a_socket_that_is_gone_is_forgotten_and_the_others_are_told[memory]",
    ),
    taken_out(
        "failed-push",
        "A push that failed is not taken for sent: it is tried again.",
        DELIVERY,
        "self._connections.failed(connection_id, lease)",
        "self._connections.settle(connection_id, lease, 1_000_000)",
        f"{CONTRACT}/test_delivery.py::test_a_push_that_failed_is_made_up_for_by_whoever_comes_next[memory]",
    ),
    taken_out(
        "lease",
        "A connection that somebody pushes to is not taken by another.",
        PARTS,
        'FREE = "(c.busy_until IS NULL OR c.busy_until < clock_timestamp()) AND ',
        'FREE = "',
        f"{CONTRACT}/test_connections.py::test_a_claimed_connection_is_not_claimed_again_until_it_is_settled[sql]",
    ),
    taken_out(
        "own-lease",
        "Who lost a lease moves no cursor.",
        STATEMENTS,
        "WHERE connection_id = $1::text AND busy_until = $2::timestamptz FOR UPDATE),",
        "WHERE connection_id = $1::text AND $2::timestamptz IS NOT NULL FOR UPDATE),",
        f"{CONTRACT}/test_connections.py::test_a_lost_lease_settles_nothing[sql]",
    ),
    taken_out(
        "look-again",
        "When a drain has given a lease back it looks again, for what was written meanwhile.",
        DELIVERY,
        "claims = self._connections.settle_and_claim(claims[0], shop_id, connection_id)",
        "self._connections.settle(claims[0].connection, claims[0].lease, claims[0].events[-1].seq)\n"
        "                return",
        f"{CONTRACT}/test_delivery.py"
        "::test_an_event_written_while_a_drain_holds_the_lease_is_delivered_by_that_drain[memory]",
    ),
    taken_out(
        "ack-bound",
        "An ack beyond the log is refused: what is still to come is not taken for seen.",
        STATEMENTS,
        "AND s.shop_id = c.shop_id AND $2 <= s.last_seq\n            RETURNING c.shop_id)",
        "AND s.shop_id = c.shop_id\n            RETURNING c.shop_id)",
        f"{CONTRACT}/test_cursors.py::test_an_ack_beyond_the_log_is_refused_and_changes_nothing[sql]",
    ),
    taken_out(
        "ping-tells",
        "A ping says what is on the screen, where the ack was lost.",
        SESSIONS,
        "if seq is not None and seq <= connection.last_seq and",
        "if seq is not None and seq < 0 and",
        f"{CONTRACT}/test_seen.py::test_a_ping_says_what_is_on_the_screen[memory]",
        f"{KILLED}[kill after-seen]",
    ),
)

SWEEPS = (
    taken_out(
        "sweep-drain",
        "The timer delivers what a killed function did not.",
        SWEEP,
        "self._tell, ",
        "",
        f"{CONTRACT}/test_sweep.py::test_what_a_killed_function_did_not_tell_is_told[memory]",
        f"{KILLED}[kill after-placing]",
    ),
    taken_out(
        "sweep-expiry",
        "The timer expires what nobody accepted in time.",
        SWEEP,
        "(self._expire, ",
        "(",
        f"{CONTRACT}/test_sweep.py::test_an_order_expires_when_its_time_is_over_and_not_before[memory]",
    ),
    taken_out(
        "sweep-alone",
        "One instance sweeps at a time.",
        SWEEPING,
        "WHERE t.busy_until IS NULL OR t.busy_until < clock_timestamp()\n",
        "",
        f"{CONTRACT}/test_sweep.py::test_one_sweeps_at_a_time_and_the_lease_of_a_killed_one_ends[sql]",
    ),
    taken_out(
        "sweep-probe",
        "The timer asks silent connections whether they are there, and forgets the dead.",
        SWEEP,
        "self._probe, ",
        "",
        f"{CONTRACT}/test_sweep.py::test_a_silent_connection_is_asked_once_a_minute_and_a_dead_one_forgotten[memory]",
    ),
    taken_out(
        "steps-alone",
        "A step of the sweep that fails keeps neither the others nor the owner waiting.",
        SWEEP,
        "            failed.append(error)\n",
        "            raise\n",
        f"{CONTRACT}/test_sweep_alone.py::test_a_step_that_fails_keeps_neither_the_others_nor_the_owner_waiting[memory-idle]",
    ),
    taken_out(
        "dead-lease",
        "The lease of a killed function is ended by the sweep, and need not be waited for.",
        SWEEP,
        "        self._chores.end_dead_leases()\n",
        "",
        f"{CONTRACT}/test_sweep.py::test_what_a_killed_function_did_not_tell_is_told[memory]",
    ),
    taken_out(
        "purge-bound",
        "Nothing is purged that an open order needs.",
        SWEEPING,
        "(SELECT min(placed_seq) - 1 FROM orders WHERE shop_id = $1 AND",
        "(SELECT max(placed_seq) + 99 FROM orders WHERE shop_id = $1 AND",
        f"{CONTRACT}/test_sweep.py::test_nothing_is_purged_under_an_open_order[sql]",
    ),
)

COMING_BACK = (
    taken_out(
        "hello-epoch",
        "A screen that comes back from another history starts again.",
        SESSIONS,
        "resumes = epoch == standing.epoch and seq is not None",
        "resumes = seq is not None",
        f"{SOCKETS}::test_a_kitchen_that_cannot_go_on_from_its_seq_starts_again[change0]",
    ),
    taken_out(
        "whole-hello",
        "A screen whose first frames did not arrive is forgotten, and comes again.",
        SESSIONS,
        "        except PushFailed:\n            self._connections.remove(connection_id)\n            raise",
        "        except PushFailed:\n            return",
        "tests/unit/test_doors_found.py::test_a_hello_whose_first_frames_fail_leaves_no_connection_behind",
    ),
    taken_out(
        "unknown-socket",
        "A socket that is not in the books is sent away, to come again.",
        "layer/python/orderbell/entry/sockets.py",
        'raise Unknown("connect again")',
        'raise NoHello("connect again")',
        f"{SOCKETS}::test_a_socket_that_is_not_in_the_books_is_sent_away_to_come_again",
    ),
    taken_out(
        "customer-catch-up",
        "A customer who comes while the order moves is shown where it went.",
        SESSIONS,
        "        self._catch_up(connection_id, order.id, order.version)\n",
        "",
        f"{CONTRACT}/test_delivery.py::test_a_customer_that_says_hello_while_the_order_moves_sees_where_it_went[memory]",
    ),
)

ALARM = (
    taken_out(
        "alert-after",
        "An alert is marked as sent when it was delivered, and not before: a crash in between repeats it.",
        ALERTS,
        "interval '{LEASE_S} seconds', tries = a.tries + 1",
        "interval '{LEASE_S} seconds', tries = a.tries + 1, done_at = clock_timestamp(), outcome = 'sent'",
        f"{CONTRACT}/test_alerts_delivered.py::test_a_kill_between_the_post_and_the_mark_repeats_the_alert_under_its_id",
    ),
    taken_out(
        "alert-lease",
        "An alert that somebody sends is not sent by another at the same time.",
        ALERTS,
        "interval '{LEASE_S} seconds', tries",
        "interval '0 seconds', tries",
        f"{CONTRACT}/test_alerts.py::test_a_taken_alert_is_nobody_elses_for_thirty_seconds_and_then_the_next_ones[sql]",
    ),
)
