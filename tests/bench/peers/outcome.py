# SPDX-License-Identifier: BSD-3-Clause
"""What a peer did in one scenario, and whether that is right. Pure: one rule for each kind of row, the same for every peer."""

import dataclasses

# How much earlier than the limit a cut may be seen: sshd's ChannelTimeout counts whole seconds, on both ends.
ROUNDING_S = 1

RIGHT, WRONG, NONE = "right", "wrong", "none"

# What a row asks for.
ENDS = "ends"  # the session must end, not before the limit
ENDS_SOON = "ends soon"  # the session must end; nobody is there, so no moment is too early
STAYS = "stays"  # the session must live
HAS = "has"  # something must be there


@dataclasses.dataclass
class Outcome:
    """
    `did`: cut, kept, yes, no, nothing (there was no cut to look at), cannot (says its manual), or not run. `seconds`: to
    the cut, or how long was waited for one. `said`: what was seen, or why it is so.
    """

    did: str
    seconds: float | None = None
    said: str = ""


def cut(seconds):
    return Outcome("cut", round(seconds, 2))


def kept(seconds, said=""):
    return Outcome("kept", round(seconds, 2), said)


def judge_cut(outcome, limit, early_is_wrong):
    if outcome.did != "cut":
        return WRONG
    return WRONG if early_is_wrong and outcome.seconds < limit - ROUNDING_S else RIGHT


def judge(asks, outcome, limit):
    """RIGHT, WRONG, or NONE where there is nothing to judge."""
    if outcome.did in ("nothing", "not run"):
        return NONE
    if asks in (ENDS, ENDS_SOON):
        return judge_cut(outcome, limit, asks == ENDS)
    return RIGHT if outcome.did == {STAYS: "kept", HAS: "yes"}[asks] else WRONG


def judge_all(asks, outcomes, limit):
    """Of several runs the worst counts."""
    verdicts = {judge(asks, outcome, limit) for outcome in outcomes}
    return next(verdict for verdict in (WRONG, NONE, RIGHT) if verdict in verdicts)
