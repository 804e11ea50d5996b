"""One piece of news before it is put into an envelope."""

from __future__ import annotations

from typing import Any

import msgspec

Data = dict[str, Any]


class News(msgspec.Struct, frozen=True):
    """`kind` is noun and verb; `subject` the id of what it is about, if there is one."""

    kind: str
    subject: str | None
    data: Data
