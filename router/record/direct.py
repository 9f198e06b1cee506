"""Statements compiled once a dialect and given to the driver as they are: a third of the cost of asking SQLAlchemy each time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql import ClauseElement


class Direct:
    """One statement whose every value is a bound parameter; all calls name the same values."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Runs it once."""
        sql, order = self._for(connection, values)
        return connection.exec_driver_sql(sql, _given(values, order))

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it for each of at least one row."""
        sql, order = self._for(connection, rows[0])
        connection.exec_driver_sql(sql, [_given(values, order) for values in rows])

    def _for(self, connection: Connection, values: Mapping[str, Any]) -> tuple[str, tuple[str, ...] | None]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(values))
            order = tuple(compiled.positiontup) if compiled.positional else None
            found = self._compiled[dialect.name] = (compiled.string, order)
        return found


def _given(values: Mapping[str, Any], order: tuple[str, ...] | None) -> Any:
    return dict(values) if order is None else tuple(values[name] for name in order)
