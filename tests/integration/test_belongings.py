"""What a process has opened is closed when it ends, whatever befalls one of its parts."""

from __future__ import annotations

import pytest

from holdfast.belongings import Belongings


class Part:
    """Notes that it was closed; may fail at it."""

    def __init__(self, name: str, closed: list[str], *, fails: bool = False) -> None:
        self._name = name
        self._closed = closed
        self._fails = fails

    async def close(self) -> None:
        self._closed.append(self._name)
        if self._fails:
            raise OSError(self._name)


async def test_the_last_is_closed_first_and_none_is_forgotten() -> None:
    """Also where one cannot be closed in order, which is told."""
    belongings, closed = Belongings(), list[str]()
    belongings.keep(Part("first", closed))
    belongings.keep(Part("second", closed, fails=True))
    belongings.push_async_callback(Part("farewell", closed).close)
    belongings.keep(Part("last", closed))
    with pytest.raises(OSError, match="second"):
        await belongings.aclose()
    assert ["last", "farewell", "second", "first"] == closed


async def test_what_was_closed_is_not_closed_again() -> None:
    """Whoever closes twice does no harm."""
    belongings, closed = Belongings(), list[str]()
    belongings.keep(Part("only", closed))
    await belongings.aclose()
    await belongings.aclose()
    assert ["only"] == closed
