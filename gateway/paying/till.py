"""One gateway's parts of payments that take time, wired together."""

from __future__ import annotations

from gateway.carts.carts import Carts
from gateway.notices import HoldNotices
from gateway.orderbook import OrderBook
from gateway.parts import Parts
from gateway.paying.counter import Counter
from gateway.paying.keeper import PaymentKeeper
from gateway.paying.news import OrderNews
from gateway.paying.ports import Paying
from gateway.paying.saga import Saga
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_post import SandboxPost
from gateway.sections.directory import Directory


class Till:
    """The counter that callers meet and the keeper behind it, which looks after what is due."""

    def __init__(
        self,
        parts: Parts,
        paying: Paying,
        directory: Directory,
        orders: OrderBook,
        notices: HoldNotices,
        carts: Carts | None,
    ) -> None:
        now_ms = parts.clock.now_ms
        self.saga = Saga(parts.sections, paying.ledger, paying.banks, now_ms, carts, paying.late)
        self.news = OrderNews(paying.ledger, notices)
        self.counter = Counter(parts.sections, directory, orders, self.saga, self.news)
        webhooks = self.counter.webhooks
        posts = [
            SandboxPost(bank, webhooks, now_ms).look for bank in paying.banks if isinstance(bank, SandboxBank)
        ]
        self.keeper = PaymentKeeper(self.saga, now_ms, *posts, self.news.look)
