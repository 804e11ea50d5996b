"""What axe cannot decide by itself, kind by kind, with what somebody who looked at it has decided.

A kind is a rule with the reason why it was left open. One that is not here is found fault with, so that
somebody looks at it and judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

JUDGED: Final[dict[str, str]] = {
    "color-contrast/bgOverlap": (
        "The cart of a narrow page lies over what is scrolled beneath it, and the widget's way to the list, "
        "seen once it has the focus, over the title of the page around. What is covered is not read. "
        "Uncovered, its colours are those of the tokens: `web/tests/tokens.test.ts` computes their contrasts."
    ),
    "color-contrast/shortTextContent": (
        "A number of one digit, between the two buttons that change it or in a table of figures: ink on the "
        "card, as all text."
    ),
    "video-caption": "The door's film is what its camera sees just then: there is no sound to write down.",
    "heading-order": (
        "Left open, and seldom, where an h2 is met before anything else. That every page has its h1 is a "
        "rule of its own, page-has-heading-one, which is examined beside it and leaves nothing open."
    ),
}
"""What was looked at, and why it is well."""


def unjudged(report: dict[str, Any]) -> Iterator[str]:
    """Everything that axe leaves open in a report and nobody has judged, with its place."""
    for rule in report["incomplete"]:
        for node in rule["nodes"]:
            if (kind := _kind(rule["id"], node)) not in JUDGED:
                yield f"{kind} at {node['target']}"


def _kind(rule: str, node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    told = [check["data"] for check in checks if isinstance(check.get("data"), dict)]
    why = next((each["messageKey"] for each in told if each.get("messageKey")), None)
    return f"{rule}/{why}" if why else rule
