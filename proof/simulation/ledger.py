"""What happened in a world: counts of faults and of rare events, and one digest of everything."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from random import Random

from engine.ids import RANDOM_BITS, id_body


class Ledger:
    """Counts and traces. The digest of two runs of one seed is the same, or something is not seeded."""

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.violations: list[str] = []
        self.commands = 0
        self._trace = blake2b(digest_size=16)

    def fault(self, name: str) -> None:
        """A fault has struck."""
        self.faults[name] += 1

    def sometimes(self, name: str) -> None:
        """Something rare has happened that a long enough run must have seen."""
        self.seen[name] += 1

    def violation(self, what: str) -> None:
        """Something has happened that must never happen."""
        self.violations.append(what)

    def trace(self, *what: bytes) -> None:
        """Add to the digest."""
        for each in what:
            self._trace.update(each)

    @property
    def digest(self) -> str:
        """Of all that was traced so far."""
        return self._trace.hexdigest()


class Chance:
    """Seeded randomness of one part: what one part draws changes nothing for the others."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = Random(f"{seed}/{name}")
        self.random = self._random.random
        self.choice = self._random.choice
        self.between = self._random.randint
        self.uniform = self._random.uniform
        self.sample = self._random.sample
        self.bits = self._random.getrandbits

    def happens(self, probability: float) -> bool:
        """True so often."""
        return probability > 0.0 and self.random() < probability

    def pause(self, mean: float) -> float:
        """A time whose mean is `mean`, mostly shorter, at times much longer (exponential)."""
        return self._random.expovariate(1.0 / mean)


class SeededIds:
    """`actors.ports.IdSource` from a part's chance."""

    def __init__(self, chance: Chance) -> None:
        self._bits = chance.bits

    def fresh(self, stream: int, at_ms: int) -> str:
        """A UUIDv7 body that carries `stream`."""
        return id_body(at_ms, self._bits(RANDOM_BITS), stream)
