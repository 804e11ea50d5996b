"""Checks recorded histories (`protocol.history`) against journals: could all of it have happened so?

`proof.history.order` is the linear check with its proof, `proof.history.exhaustive` the search that
it is cross-checked against. Of ours it knows `protocol` and `proof.auditor` alone.
"""

from proof.history.check import check
from proof.history.operations import NotAHistory, read_lines
from proof.history.rules import Report, Rule
from proof.rules import Breach

__all__ = ["Breach", "NotAHistory", "Report", "Rule", "check", "read_lines"]
