"""What a recorded history is held against, by number, and what a check found."""

from __future__ import annotations

import msgspec

from proof.rules import Breach, NumberedRule


class Rule(NumberedRule):
    """A rule of recorded histories."""

    IN_JOURNAL = "H1", "every position that was told is in the journal of the section that it names"
    ACKNOWLEDGED = "H2", "what was acknowledged is what the record at its position says"
    ONE_ANSWER = "H3", "a record answers one command, and a key has one answer"
    REFUSED = "H4", "a refusal follows from the state at its position"
    READ = "H5", "what was read is the state at its position"
    ORDER = "H6", "nothing is invoked after something later in the section's order has ended"
    NO_EFFECT = "H7", "a refusal that no section made left no record under its key"
    MAP = "H8", "a map is the state at its position"
    CHANGES = "H9", "a change tells all that changed between its positions, and as it then is"
    FOLLOWS = "H10", "what a client sees of a section follows on what it saw before, without a gap"


class Report(msgspec.Struct, frozen=True):
    """What was looked at, and what is wrong.

    `operations` calls were recorded: `acknowledged`, `refused` by a section, `read`, the rest
    answered by nobody who knows (`open`), of which `found` had taken effect. `sights` are maps and
    changes that clients saw. `records` were in the journals.
    """

    operations: int
    acknowledged: int
    refused: int
    read: int
    open: int
    found: int
    sights: int
    records: int
    breaches: tuple[Breach, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaches
