"""Text as it is searched: words without accents and capitals, so that `Munchen` finds München."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in order.

    >>> words("Die Zauberflöte (Wien)")
    ('die', 'zauberflote', 'wien')
    """
    # Before as well as after: some letters have a small one only once they are taken apart.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return tuple(_WORD.findall("".join(each for each in folded if not unicodedata.combining(each))))
