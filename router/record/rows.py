"""Rows on their way into a table: known columns only, text that every database can hold."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert


def enter(connection: Connection, table: Table, plain: Mapping[str, Any]) -> None:
    """Inserts one row; names that the table does not have are left out."""
    connection.execute(insert(table), clean({key: plain[key] for key in plain if key in table.c}))


def clean(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with NUL characters and lone surrogates, which no database holds, replaced in its texts.

    Raises `TypeError` for a list or a map: one database would refuse it, another write it down somehow.
    """
    return {key: _value(value) for key, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, (int, float)):
        return value
    raise TypeError(f"a {type(value).__name__} is no value of a column")


def _text(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
