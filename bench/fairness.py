"""Whether a crowd was treated fairly: who was served, in which order, and who waited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from bench.figures import percentile

SAMPLE_MAX: Final = 50_000


class Fairness(msgspec.Struct, frozen=True):
    """How replies were spread over a crowd.

    `jain`: Jain's index of acceptances by connection (R. Jain et al., DEC-TR-301, 1984), 1.0 when
    all got the same. `least_share`: the least served connection's acceptances by the mean;
    `starved`: connections that got nothing at all. `order`: rank correlation (Spearman) of sending
    and answering, 1.0 when nobody was overtaken. `earlier_wins`: of an accepted and a refused
    request, how often the accepted one was sent earlier; 0.5 is chance, 0.0 without refusals.
    `longest_wait_ms`: the longest that anybody waited for a reply.
    """

    jain: float
    least_share: float
    starved: int
    order: float
    earlier_wins: float
    longest_wait_ms: float


def fairness_of(
    who: Sequence[int],
    answered_s: Sequence[float],
    waited_s: Sequence[float],
    accepted: Sequence[bool],
    connections: int,
) -> Fairness | None:
    """The fairness of a run from its replies, one entry of each sequence a reply; None without any."""
    if not who or not connections:
        return None
    served = [0] * connections
    for connection, good in zip(who, accepted, strict=True):
        served[connection] += good
    size = min(len(who), SAMPLE_MAX)
    sent = [answered_s[reply] - waited_s[reply] for reply in range(size)]
    mean = sum(served) / connections
    return Fairness(
        jain=round(jain(served), 4),
        least_share=round(min(served) / mean, 3) if mean else 0.0,
        starved=sum(not count for count in served),
        order=round(rank_correlation(sent, answered_s[:size]), 4),
        earlier_wins=round(earlier_wins(sent, accepted[:size]), 4),
        longest_wait_ms=round(percentile(sorted(waited_s), 1.0) * 1000, 2),
    )


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness, 0.0 of nothing.

    >>> jain([2, 2, 2, 2]), jain([8, 0, 0, 0])
    (1.0, 0.25)
    """
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 0.0


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's coefficient of two sequences without ties worth speaking of; 1.0 of fewer than two.

    >>> rank_correlation([1, 2, 3], [10, 20, 30]), rank_correlation([1, 2, 3], [3, 2, 1])
    (1.0, -1.0)
    """
    size = len(first)
    if size < 2:
        return 1.0
    apart = sum((one - two) ** 2 for one, two in zip(_ranks(first), _ranks(second), strict=True))
    return 1.0 - 6.0 * apart / (size * (size * size - 1))


def earlier_wins(sent: Sequence[float], accepted: Sequence[bool]) -> float:
    """How often the accepted one of an accepted and a refused request was sent earlier (Mann-Whitney U).

    >>> earlier_wins([1, 2, 3, 4], [True, True, False, False])
    1.0
    """
    won = sum(accepted)
    lost = len(sent) - won
    if not won or not lost:
        return 0.0
    ranks = _ranks(sent)
    of_losers = sum(rank for rank, good in zip(ranks, accepted, strict=True) if not good)
    return (of_losers - lost * (lost - 1) / 2) / (won * lost)


def longest_gap(answered_s: Sequence[float], accepted: Sequence[bool], seconds: float) -> float:
    """The longest stretch of a window of `seconds` in which nothing was accepted."""
    last_s = longest_s = 0.0
    for moment_s, good in zip(answered_s, accepted, strict=True):
        if good:
            longest_s, last_s = max(longest_s, moment_s - last_s), moment_s
    return max(longest_s, seconds - last_s)


def _ranks(values: Sequence[float]) -> list[int]:
    ranks = [0] * len(values)
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        ranks[index] = rank
    return ranks
