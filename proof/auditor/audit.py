"""The audit of one section's journal, record by record, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from proof.auditor.checks import check_entry, check_opening
from proof.auditor.house import House
from proof.auditor.journal import Row, Source
from proof.auditor.ledger import Ledger
from proof.auditor.records import Entry, read_entry
from proof.auditor.rules import Rule
from proof.auditor.waiting import check_waiting, settle
from proof.rules import Breach


class Auditor:
    """Keeps books of its own from a journal's records; `ledger` is how they stand.

    What follows a record that breaks a rule means nothing any more: the audit ends before it.
    Memory grows with the holds and orders that ever were: none is forgotten, so that none comes twice.
    """

    def __init__(self, source: Source, staff: Collection[str] | None = None) -> None:
        """`staff` are the principals who may do everything.

        None: a journal does not tell who they are, so that limits and owners are not looked at.
        Raises `LookupError` or `msgspec.MsgspecError` for a plan that has no such section.
        """
        self.ledger = Ledger(House(source.plan, source.section))
        self.breaches: list[Breach] = []
        self._source = source
        self._staff = staff

    @property
    def ended(self) -> bool:
        """Whether a breach was found, and nothing after it is looked at."""
        return bool(self.breaches)

    def take(self, row: Row) -> Entry | None:
        """Look at the next record and write it into the books; None when the audit has ended."""
        if self.breaches:
            return None
        entry = self._read(row)
        if entry is None:
            return None
        self._tell(row.seq, check_opening(self.ledger, entry, self._source))
        self._tell(row.seq, check_entry(self.ledger, entry, self._staff))
        self._tell(row.seq, check_waiting(self.ledger, entry, self._staff))
        if self.breaches:
            return None
        self.ledger.post(row.seq, row.epoch, entry)
        self._tell(row.seq, settle(self.ledger, entry))
        return entry

    def _read(self, row: Row) -> Entry | None:
        ledger = self.ledger
        if row.seq != ledger.seq + 1:
            self._tell(row.seq, [(Rule.NUMBERED, f"{row.seq} follows {ledger.seq}")])
        if row.epoch < ledger.epoch:
            self._tell(row.seq, [(Rule.EPOCHS, f"{row.epoch} follows {ledger.epoch}")])
        try:
            return read_entry(row.data)
        except msgspec.DecodeError as error:
            self._tell(row.seq, [(Rule.READABLE, str(error))])
            return None

    def _tell(self, seq: int, findings: Iterable[tuple[Rule, str]]) -> None:
        section = f"{self._source.event}/{self._source.section}"
        self.breaches.extend(Breach(rule.value, detail, section, seq) for rule, detail in findings)


def audit(source: Source, rows: Iterable[Row], staff: Collection[str] | None = None) -> list[Breach]:
    """Everything that is wrong with a section's journal; empty when it is sound.

    `rows` are all records from the first on. `staff`: see `Auditor`.
    """
    try:
        auditor = Auditor(source, staff)
    except (LookupError, msgspec.MsgspecError) as error:
        return [Breach(Rule.OPENED.value, str(error), f"{source.event}/{source.section}", 0)]
    for row in rows:
        auditor.take(row)
        if auditor.ended:
            break
    return auditor.breaches
