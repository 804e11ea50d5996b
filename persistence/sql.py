"""SQL lives in files of named statements: `-- name: append_records`, comments, the statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load_statements(package: str, file_name: str) -> Mapping[str, str]:
    """The statements of a packaged SQL file by name. Raises ValueError as `parse_statements` does."""
    return parse_statements(files(package).joinpath(file_name).read_text(encoding="utf-8"))


def parse_statements(text: str) -> Mapping[str, str]:
    """The statements in `text` by name, without their trailing semicolons.

    Raises ValueError when two statements have one name or a name has no statement.
    """
    parts = _NAME.split(text)[1:]
    statements: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        statement = body.strip().removesuffix(";")
        if name in statements or not statement:
            raise ValueError(f"statement {name} is empty or there twice")
        statements[name] = statement
    return MappingProxyType(statements)
