"""Defects of test mode: a clock that others could reach."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

CLOCK: Final = "tests/unit/test_testing_clock.py::"
CALLS: Final = "tests/integration/gateway/test_test_mode.py::"

MUTANTS: Final = (
    Mutant(
        "test mode: beyond loopback",
        "Anybody on the network meets a server whose time is not the time.",
        (
            Edit(
                "holdfast/settings.py",
                'if host not in LOOPBACK:\n            raise UnsafeSettings(f"HOLDFAST_TEST',
                'if not host:\n            raise UnsafeSettings(f"HOLDFAST_TEST',
            ),
        ),
        (ByTests((CLOCK + "test_it_is_refused_where_it_would_reach_others",)),),
    ),
    Mutant(
        "test mode: on without being asked for",
        "Every server has a clock that its staff can put forward.",
        (Edit("holdfast/settings.py", "TEST_CLOCK_FILE) if self.test_mode else None", "TEST_CLOCK_FILE)"),),
        (ByTests((CLOCK + "test_nobody_has_one_without_asking",)),),
    ),
    Mutant(
        "test mode: buyers turn the clock",
        "Whoever wants a seat ends the holds of all others.",
        (
            Edit(
                "gateway/access/rights.py",
                '"advance_test_clock": Right("organiser")',
                '"advance_test_clock": Right("caller")',
            ),
        ),
        (ByTests((CALLS + "test_organisers_put_the_clock_forward",)),),
    ),
    Mutant(
        "test mode: its data are sold from for real",
        "Records of days that have not come hold up every deadline.",
        (Edit("holdfast/settings.py", "if (self.data_dir / TEST_CLOCK_FILE).exists():", "if False:"),),
        (ByTests((CLOCK + "test_what_was_sold_in_test_mode_is_not_sold_on_without",)),),
    ),
)
