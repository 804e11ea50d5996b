"""The crowd as a part of the world: so many buyers, each with habits, until all have had their say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from gateway.access.auth import issue_token
from proof.simulation.buyer import Buyer
from proof.simulation.caller import Caller
from proof.simulation.cashier import Cashier
from proof.simulation.gateways import SETTINGS, Gateways
from proof.simulation.house import House, Taste
from proof.simulation.part import Strike, Unsettled
from proof.simulation.processes import MORNING_MS
from proof.simulation.staff import Staff
from proof.simulation.storage import Storage
from proof.simulation.world import World, until
from protocol.history import FORMAT, AnyLine, Begun

TOKEN_S = 100_000
SILENCE_S = 6.0


class Crowd:
    """All buyers, and the staff of the house."""

    name = "crowd"
    sometimes: tuple[str, ...] = (
        "a buyer resumed",
        "a retry got the first outcome",
        "a double click got one hold",
        "somebody else's id was not found",
        "a hold spanned sections",
        "an order was confirmed",
        "an order was cancelled",
        "a payment was declined",
        "a key was refused for another body",
    )

    def __init__(self, world: World, storage: Storage, gateways: Gateways) -> None:
        self._world = world
        self._storage = storage
        self._gateways = gateways
        self._chance = world.chance(self.name)
        self._house: House
        self.callers: list[Caller] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Let them in, one after the other."""
        scenario = self._world.scenario
        # On some days everybody clicks at the same beat, on others hardly two at a time.
        taste = Taste(
            beat_s=self._chance.choice((0.001, 0.05, 0.2, 0.5)),
            across=self._chance.choice((0.25, 0.8)),
            waiting=self._chance.choice((1, 4)),
        )
        self._house = house = House(self._storage.event, self._storage.plan, taste)
        viewing = self._chance.choice((0.0, 0.1, 0.4))
        count = scenario.crowd
        for number in range(count):
            caller = self._caller(f"buyer{number}", house, viewing)
            buyer = Buyer(caller, house, self._world.chance(f"habits of {number}"), self._world.ledger)
            self._begin(buyer.live(scenario.commands))
        staff = Staff(self._world, self._gateways, house)
        self._begin(staff.live(scenario.commands))
        self._begin(Cashier(self._world, self._gateways, house).live(scenario.commands))

    def _caller(self, name: str, house: House, viewing: float) -> Caller:
        channels = ("partner",) if self._chance.happens(0.2) else ()
        token = issue_token(
            SETTINGS.secret, f"usr_{name}", "buyer", TOKEN_S, channels=channels, now_s=MORNING_MS / 1000
        )
        watched = {"event": house.event} if self._chance.happens(viewing) else None
        caller = Caller(self._world, self._gateways, name, token, watched)
        if self._chance.happens(0.2):
            caller.patience_ms = self._chance.choice((5, 50, 400))
        self.callers.append(caller)
        return caller

    def _begin(self, work: object) -> None:
        self._tasks.append(self._world.loop.create_task(work, context=self._world.context))  # type: ignore[arg-type]

    @property
    def gone(self) -> bool:
        """Whether everybody has had their say."""
        return all(task.done() for task in self._tasks)

    def faults(self) -> Mapping[str, Strike]:
        """A crowd is no fault; but when it is silent sections go to rest."""
        return {"the crowd falls silent": self._fall_silent}

    def _fall_silent(self) -> None:
        self._house.silent_until = self._world.loop.time() + SILENCE_S + self._chance.pause(SILENCE_S)

    def heal(self) -> None:
        """Nothing to repair."""

    async def settle(self) -> None:
        """Wait for the last of them."""
        if not await until(lambda: self.gone, 0.5, 1_200):
            raise Unsettled("a buyer still waits for an answer ten minutes after the last fault")

    def audit(self) -> Iterator[str]:
        """Whoever failed."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                yield f"a member of the crowd failed: {error!r}"

    def lines(self) -> Iterator[AnyLine]:
        """The history that all of them saw."""
        yield Begun(FORMAT, "virtual")
        for caller in self.callers:
            yield from caller.lines
