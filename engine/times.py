"""Instants as texts, without the detour over a calendar object for each."""

from __future__ import annotations

from functools import lru_cache


def rfc3339(at_ms: int) -> str:
    """Unix milliseconds as RFC 3339 in UTC with milliseconds."""
    seconds, millis = divmod(at_ms, 1000)
    return f"{_second(seconds)}.{millis:03d}Z"


@lru_cache(256)
def _second(unix_s: int) -> str:
    days, second = divmod(unix_s, 86_400)
    hour, second = divmod(second, 3600)
    return f"{_date(days)}T{hour:02d}:{second // 60:02d}:{second % 60:02d}"


def _date(days: int) -> str:
    """Days since 1970-01-01 as a date, after Howard Hinnant's `civil_from_days`.

    The year begins in March, so that a leap day is its last; an era is 400 years.
    """
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    march_month = (5 * of_year + 2) // 153
    day = of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 if march_month < 10 else march_month - 9
    return f"{year + era * 400 + (month <= 2):04d}-{month:02d}-{day:02d}"
