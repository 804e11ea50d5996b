"""What the pages that take money need where Stripe takes cards: its script, and a policy that lets it work.

Stripe asks that its script be loaded from Stripe itself. Checkout and tickets alone load it, and only where a
publishable key is set; every other page goes on loading nothing from elsewhere.
"""

from __future__ import annotations

from html import escape
from typing import Final

import msgspec

PAGES: Final = ("checkout", "tickets")
SCRIPT: Final = "https://js.stripe.com/v3/"
SOURCES: Final = {
    "script-src": "https://js.stripe.com https://*.js.stripe.com",
    "connect-src": "https://api.stripe.com",
    "frame-src": "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
}
"""As Stripe's own security guide names them."""


class StripePage(msgspec.Struct, frozen=True):
    """The publishable key, and the server that stands in for Stripe, if one does."""

    key: str
    url: str | None = None

    @property
    def head(self) -> str:
        """What tells the page's script that cards are taken, and by which script."""
        script = SCRIPT if self.url is None else f"{self.url}/js.stripe.com/v3/"
        return f'<meta name="stripe-key" content="{escape(self.key)}" data-script="{escape(script)}">'

    def policy(self, own: str) -> str:
        """A policy of ours with what Stripe's script needs beside it."""
        sources = SOURCES if self.url is None else dict.fromkeys(SOURCES, self.url)
        rules = [f"{rule} {sources[name]}" if (name := rule.partition(" ")[0]) in sources else rule
                 for rule in own.split("; ")]  # fmt: skip
        return "; ".join([*rules, f"frame-src {sources['frame-src']}"])
