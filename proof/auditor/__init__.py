"""An auditor of journals that shares no code with the engine.

It reads the stored records and the plan anew, keeps books of its own, and holds every record
against numbered rules (`proof.auditor.rules`). Where the engine and the auditor disagree one of
them is wrong, and a person should look. Of ours it knows `protocol` alone.
"""

from proof.auditor.audit import Auditor, audit
from proof.auditor.journal import Journal, Row, Source
from proof.auditor.rules import Rule
from proof.rules import Breach

__all__ = ["Auditor", "Breach", "Journal", "Row", "Rule", "Source", "audit"]
