from __future__ import annotations

import pytest
from throttled.rate_limiter import per_sec

from gateway.limiting.limiter import Limiter, refusal
from gateway.limiting.quotas import Attempt, Quotas, Verdict, headers, read_quota, share_of


def test_rates_are_read_or_refused_with_a_sentence() -> None:
    """A rate with a burst, or off."""
    quota = read_quota("100/s burst 200")
    assert quota is not None
    assert (100, 200) == (quota.rate.limit, quota.burst)
    assert read_quota("off") is None
    for nonsense in ("", "many", "0/s", "1/s, 2/m"):
        with pytest.raises(ValueError):  # noqa: PT011  # the words are the library's
            read_quota(nonsense)


def test_a_share_grants_something_at_least() -> None:
    """One of several gateways grants its part of rate and burst."""
    assert (25, 50) == ((part := share_of(per_sec(100, 200), 0.25)).rate.limit, part.burst)
    assert (1, 1) == ((part := share_of(per_sec(1, 1), 0.01)).rate.limit, part.burst)


def test_headers_name_each_rate() -> None:
    """What may be asked for, what is left, and when all of it is back."""
    verdicts = [
        Verdict(
            "principal", per_sec(10, 20), limited=False, remaining=19, reset_after_s=0.1, retry_after_s=0
        ),
        Verdict("address", per_sec(100, 100), limited=False, remaining=7, reset_after_s=1.2, retry_after_s=0),
    ]
    assert {
        "RateLimit-Policy": '"principal";q=20;w=2, "address";q=100;w=1',
        "RateLimit": '"principal";r=19;t=1, "address";r=7;t=2',
    } == headers(verdicts)
    assert {} == headers([])


def test_the_longest_wait_is_told() -> None:
    """Whoever is beyond two rates waits for both."""
    waits = [
        Verdict("principal", per_sec(1), True, 0, 1.0, 0.5),
        Verdict("address", per_sec(1), True, 0, 1.0, 2.0),
    ]
    told = refusal(waits)
    assert told is not None
    assert ("rate_limited", 2000) == (told.code, told.retry_after_ms)
    assert refusal([]) is None


def test_this_machine_and_what_has_no_quota_are_not_counted() -> None:
    """Behind a loopback address there may be anybody."""
    limiter = Limiter(Quotas(address=per_sec(5)))
    assert [] == limiter.of_address("127.0.0.1")
    assert [] == limiter.of_address(None)
    assert [] == limiter.of_principal("usr_ann")
    assert [Attempt("address", "192.0.2.1", per_sec(5), 3)] == limiter.of_address("192.0.2.1", 3)
