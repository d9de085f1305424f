#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The verdicts, the table and the choice of cells: what needs no daemon."""

import sys
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "integration")]

try:
    from peers import catalogue, columns, connection, render, traces
    from peers.merge import merge
    from peers.outcome import ENDS, ENDS_SOON, HAS, NONE, RIGHT, STAYS, WRONG, Outcome, cut, judge, judge_all, kept
except ModuleNotFoundError as error:
    print(f"skipped: python has no {error.name}")
    sys.exit(77)

LIMIT = 15


class Verdicts(unittest.TestCase):
    def test_an_idle_session_must_end_and_not_early(self):
        self.assertEqual(judge(ENDS, cut(15.2), LIMIT), RIGHT)
        self.assertEqual(judge(ENDS, cut(40), LIMIT), RIGHT)
        self.assertEqual(judge(ENDS, cut(13.9), LIMIT), WRONG)
        self.assertEqual(judge(ENDS, kept(45), LIMIT), WRONG)

    def test_whole_seconds_are_not_early(self):
        self.assertEqual(judge(ENDS, cut(14.1), LIMIT), RIGHT)

    def test_where_nobody_is_no_end_is_early(self):
        self.assertEqual(judge(ENDS_SOON, cut(9.1), LIMIT), RIGHT)
        self.assertEqual(judge(ENDS_SOON, kept(45), LIMIT), WRONG)

    def test_a_session_in_use_must_live(self):
        self.assertEqual(judge(STAYS, kept(30), LIMIT), RIGHT)
        self.assertEqual(judge(STAYS, cut(15.2), LIMIT), WRONG)

    def test_something_must_be_there(self):
        self.assertEqual(judge(HAS, Outcome("yes"), LIMIT), RIGHT)
        self.assertEqual(judge(HAS, Outcome("no"), LIMIT), WRONG)

    def test_what_did_not_run_is_not_judged_and_what_cannot_be_had_is_wrong(self):
        for asks in (ENDS, ENDS_SOON, STAYS, HAS):
            self.assertEqual(judge(asks, Outcome("not run"), LIMIT), NONE)
            self.assertEqual(judge(asks, Outcome("nothing"), LIMIT), NONE)
            self.assertEqual(judge(asks, Outcome("cannot"), LIMIT), WRONG)

    def test_of_several_runs_the_worst_counts(self):
        self.assertEqual(judge_all(ENDS, [cut(15), cut(15), kept(45)], LIMIT), WRONG)
        self.assertEqual(judge_all(ENDS, [cut(15), Outcome("not run")], LIMIT), NONE)
        self.assertEqual(judge_all(ENDS, [cut(15), cut(16)], LIMIT), RIGHT)


class Words(unittest.TestCase):
    def test_the_prompt_and_the_words_of_the_client_are_nobodys_warning(self):
        shown = "ready> \r\nConnection to 127.0.0.1 closed by remote host.\r\nlogout\r\n\x1b[?2004l"
        self.assertEqual(traces.words_of(shown), "")

    def test_what_is_said_on_the_line_of_the_prompt_counts(self):
        shown = "ready> \x07timed out waiting for input: auto-logout\r\nConnection to 127.0.0.1 closed.\r\n"
        self.assertEqual(traces.words_of(shown), "timed out waiting for input: auto-logout")

    def test_the_records_of_any_logout_are_routine(self):
        self.assertTrue(traces.ROUTINE.match("type=USER_END msg=audit(1.000:7): pid=1"))
        self.assertTrue(traces.ROUTINE.match("type=CRED_DISP msg=audit(1.000:7): pid=1"))
        self.assertFalse(traces.ROUTINE.match("type=RESP_TERM_ACCESS msg=audit(1.000:7): pid=1"))

    def test_holders_of_a_socket_are_found_in_a_line_of_ss(self):
        line = 'ESTAB 0 0 127.0.0.1:2222 127.0.0.1:40000 users:(("sshd",pid=12,fd=4),("sshd",pid=34,fd=4))'
        self.assertEqual(connection.holders(line), {12, 34})
        self.assertEqual(connection.port_of("[::1]:2222"), 2222)


class Choice(unittest.TestCase):
    def names(self, *patterns):
        return [f"{column.name}/{row.name}" for column, row in catalogue.chosen(patterns)]

    def test_a_cell_a_column_a_row(self):
        self.assertEqual(self.names("idletimeout/idle-shell"), ["idletimeout/idle-shell"])
        self.assertEqual(len(self.names("tmout")), len(catalogue.ROWS))
        self.assertEqual(len(self.names("typing")), len(columns.COLUMNS))
        self.assertEqual(self.names("clientalive*/tmux"), ["clientalive/tmux", "clientalive-trixie/tmux"])

    def test_two_patterns_choose_a_cell_once(self):
        self.assertEqual(self.names("tmout/typing", "tmout/typing"), ["tmout/typing"])

    def test_a_name_that_nobody_has_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no such cell: tmout/idle"):
            catalogue.chosen(["tmout/idle"])


def cell(verdict, *outcomes, seconds=None):
    runs = [{"did": one.did, "seconds": one.seconds, "said": one.said} for one in outcomes]
    return {"verdict": verdict, "runs": runs, **({"seconds": seconds} if seconds else {})}


def results(cells, version="1", **machine):
    names = {name.split("/")[0] for name in cells}
    return {
        "columns": {name: {"version": version} for name in names},
        "cells": cells,
        "machine": {"kernel": "6", "audit": "on", **machine},
    }


class Merging(unittest.TestCase):
    def setUp(self):
        self.earlier = results({"tmout/typing": 1, "logind/typing": 2, "logind/audit-record": 3})

    def test_what_was_measured_again_counts_and_the_rest_is_kept_in_order(self):
        merged = merge(self.earlier, results({"logind/audit-record": 4, "dropbear/tmux": 5}, audit="off"))
        expected = {"dropbear/tmux": 5, "logind/typing": 2, "logind/audit-record": 4, "tmout/typing": 1}
        self.assertEqual(list(merged["cells"].items()), list(expected.items()))
        self.assertEqual(list(merged["columns"]), ["dropbear", "logind", "tmout"])

    def test_what_was_measured_elsewhere_or_on_another_version_is_not_mixed(self):
        with self.assertRaisesRegex(ValueError, "another machine"):
            merge(self.earlier, results({}, kernel="7"))
        with self.assertRaisesRegex(ValueError, "another version or configuration of logind"):
            merge(self.earlier, results({"logind/typing": 2}, version="2"))


class Table(unittest.TestCase):
    def setUp(self):
        column = {"title": "A", "version": "a 1", "configuration": "x=1", "limit": 15, "ends": "idle sessions", "note": "small"}
        of = {"median": 15.2, "p10": 15.1, "p90": 15.6}
        self.results = {
            "columns": {"a": column, "b": {**column, "title": "B"}},
            "rows": {name: {"scenario": "s", "rule": "r"} for name in ("idle", "typing", "unused")},
            "cells": {
                "a/idle": cell(RIGHT, cut(15.2), cut(15.1), cut(15.6), seconds={**of, "count": 3}),
                "b/idle": cell(WRONG, kept(45), seconds={"median": 45, "p10": 45, "p90": 45, "count": 1}),
                "a/typing": cell(WRONG, cut(15), kept(30), seconds={**of, "count": 2}),
                "b/typing": cell(NONE, Outcome("nothing", said="no | cut")),
            },
        }
        self.lines = render(self.results).splitlines()

    def test_wrong_is_bold_and_several_runs_have_a_spread(self):
        self.assertIn("| idle | cut 15.2 s (15.1 to 15.6) | **kept** |", self.lines)

    def test_runs_that_differ_say_so(self):
        self.assertIn("| typing | **cut or kept** | n/a |", self.lines)

    def test_what_was_not_judged_is_not_counted(self):
        self.assertIn("| right | 1 of 2 | 0 of 1 |", self.lines)

    def test_a_row_without_cells_is_left_out_and_words_break_no_table(self):
        self.assertFalse(any("unused" in line for line in self.lines))
        self.assertIn("- `b/typing`: no / cut", self.lines)


if __name__ == "__main__":
    unittest.main()
