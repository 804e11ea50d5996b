"""What serves websockets, wired without a web framework, so that simulations run it as it is."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.access.auth import TokenVerifier
from gateway.access.tenants import Tenants
from gateway.accounts.wiring import accounts
from gateway.analytics.boards import Boards
from gateway.analytics.live import LiveBoards
from gateway.analytics.turned_away import TurnedAway
from gateway.carts.carts import Carts
from gateway.carts.following import FollowingSections
from gateway.carts.keeper import CartKeeper
from gateway.checkout import Checkout
from gateway.desk.sockets import Sockets
from gateway.limiting.limiter import Limiter
from gateway.live.hub import FeedHub
from gateway.notices import HoldNotices
from gateway.office import Office
from gateway.orderbook import OrderBook
from gateway.parts import Parts
from gateway.paying.till import Till
from gateway.sections.directory import Directory
from gateway.sections.dispatch import Dispatcher
from gateway.sections.figures import Board
from gateway.settings import GatewaySettings
from gateway.waiting.challenge import ProofOfWork
from gateway.waiting.door import Door
from gateway.waiting.hall import WaitingHall
from gateway.waiting.passes import Passes
from gateway.waitlist.asking import Lists
from gateway.waitlist.waitlists import Waitlists
from gateway.websocket.session import Session


class Front:
    """The sockets of one gateway and all that their sessions share. Time comes from `parts.clock`."""

    def __init__(self, parts: Parts, settings: GatewaySettings) -> None:
        """A front that is not started; sockets may be served before that, without time limits."""
        clock = parts.clock
        carts = None if parts.gatherings is None else Carts(parts.sections, parts.gatherings, clock.now_ms)
        if carts is not None:
            parts = replace(parts, sections=FollowingSections(parts.sections, carts))
        directory = Directory(parts.catalogue, settings.events_cached)
        self._carts = None if carts is None else CartKeeper(carts.gatherer, clock.now_ms)
        self._notices = HoldNotices(parts.sections, clock.now_ms)
        orders = OrderBook(parts.catalogue, settings)
        self._till = (
            None
            if parts.paying is None
            else Till(parts, parts.paying, directory, orders, self._notices, carts)
        )
        checkout = Checkout(
            *(parts.sections, directory, parts.catalogue, orders, parts.providers, clock.now_ms),
            None if self._till is None else self._till.counter,
        )
        checkout.carts = carts
        self.hub = FeedHub(parts.changes, settings, clock=clock.monotonic)
        self.figures = Board(parts.sections, clock.now_ms)
        self.limiter = Limiter(settings.quotas, parts.rates)
        self._accounts = (
            None if parts.accounts is None else accounts(parts.accounts, settings, clock, self.limiter)
        )
        self.turned_away = TurnedAway(parts.analytics, clock.now_ms)
        passes = Passes(settings.secret, settings.tokens_cached)
        challenge, source = ProofOfWork(settings.secret, clock.now_ms), parts.ids.fresh(0, clock.now_ms())
        self._hall = WaitingHall(parts.rooms, directory, passes, challenge, self.hub, clock, source)
        dispatcher = Dispatcher(parts.sections, clock.monotonic, carts, directory)
        self.office = self._office(parts, settings, directory, checkout, dispatcher, passes)
        session = Session if parts.tracing is None else parts.tracing.session
        self.sockets = Sockets(self.office, self.hub, clock, parts.ids, self.limiter, session)
        if (known := self._accounts) is not None:
            known.revocations.on_news = lambda: self.sockets.expel(known.revocations.covers)

    def _office(
        self,
        parts: Parts,
        settings: GatewaySettings,
        directory: Directory,
        checkout: Checkout,
        dispatcher: Dispatcher,
        passes: Passes,
    ) -> Office:
        """What connections and REST calls share."""
        now_ms, known = parts.clock.now_ms, self._accounts
        lists, count = Lists(parts.sections), self.turned_away.count
        boards = (
            None if parts.analytics is None else Boards(parts.analytics, self.figures, self._hall, now_ms)
        )
        trusted = (None, None) if known is None else (known.keys, known.revocations)
        return Office(
            dispatcher=dispatcher,
            directory=directory,
            checkout=checkout,
            verifier=TokenVerifier(settings.secret, settings.tokens_cached, *trusted),
            settings=settings,
            notices=self._notices,
            hall=self._hall,
            door=Door(self._hall, directory, passes, lists, now_ms, count),
            tenants=Tenants(directory, parts.catalogue, parts.webhooks),
            accounts=known,
            waitlist=Waitlists(parts, directory, self.hub),
            now_ms=now_ms,
            work=set(),
            boards=boards,
            live=None if boards is None else LiveBoards(boards),
        )

    def start(self) -> None:
        """Look after time limits and notices from now on."""
        self.sockets.start()
        self.turned_away.start()
        self._notices.start()
        if self._accounts is not None:
            self._accounts.revocations.start()
        if self._till is not None:
            self._till.keeper.start()
        if self._carts is not None:
            self._carts.start()
        self.office.waitlist.agenda.start()

    async def stop(self) -> None:
        """Let the clients go, then do nothing any more."""
        await self.sockets.drain()
        await self.sockets.stop()
        if self._accounts is not None:
            await self._accounts.revocations.stop()
            await self._accounts.post.idle()
        if self._till is not None:
            await self._till.keeper.stop()
        if self._carts is not None:
            await self._carts.stop()
        await self.office.waitlist.stop()
        await self._notices.stop()
        await self.turned_away.stop()
        if self.office.live is not None:
            await self.office.live.close()
        await self._hall.stop()
        await self.hub.close()
