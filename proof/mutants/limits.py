"""How long tests and sales may take: what they took on the tree as it is, some times over.

A limit in seconds alone would call a tree unsound for being tried on a busy machine, and a mutant caught.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

TIMES: Final = 6
"""So many times as long as on the tree as it is may be taken under a defect: the machine may get busier."""
TEST_MIN_S: Final = 30.0
RUN_MIN_S: Final = 600.0


class Took(msgspec.Struct, frozen=True):
    """What a run of tests or sales took, and the longest stage of a test in it; none of sales."""

    run_s: float
    test_s: float = 0.0


class Limits(msgspec.Struct, frozen=True):
    """After how long a test has hung, and so noticed; and after how long a whole run tells nothing."""

    test_s: float
    run_s: float


UNHURRIED: Final = Limits(test_s=300.0, run_s=7_200.0)
"""For the tree as it is, whose tests pass as long as they do not hang."""


def limits_after(soundly: Iterable[Took]) -> Limits:
    """What is allowed under a defect, given what all that is to notice one took without any."""
    took = [Took(0.0), *soundly]
    return Limits(
        test_s=max(TEST_MIN_S, TIMES * max(each.test_s for each in took)),
        run_s=max(RUN_MIN_S, TIMES * max(each.run_s for each in took)),
    )
