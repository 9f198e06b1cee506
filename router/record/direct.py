"""Statements that SQLAlchemy compiles once a dialect and the driver then runs: a fifth of the cost of asking it each time."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, exc
from sqlalchemy.sql import ClauseElement


class Direct:
    """One statement whose every value is a bound parameter; all calls name the same values.

    It runs on the connection's own driver, inside its transaction. What the driver complains of is raised as
    SQLAlchemy does it, and a connection that broke is given up.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> "Found":
        """Runs it once; the rows of a query, whose columns are their attributes."""
        sql, order = self._for(connection, values)
        driver = connection.connection.driver_connection
        assert driver is not None
        given = dict(values) if order is None else [values[name] for name in order]
        try:
            cursor = driver.execute(sql, given)
            if cursor.description is None:
                return NOTHING
            return Found(_row(tuple(column[0] for column in cursor.description)), cursor.fetchall())
        except connection.dialect.loaded_dbapi.Error as cause:
            raise _wrapped(connection, driver, sql, given, cause) from cause

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it for each of at least one row."""
        sql, order = self._for(connection, rows[0])
        driver = connection.connection.driver_connection
        assert driver is not None
        given = [dict(row) if order is None else [row[name] for name in order] for row in rows]
        try:
            driver.cursor().executemany(sql, given)
        except connection.dialect.loaded_dbapi.Error as cause:
            raise _wrapped(connection, driver, sql, given, cause) from cause

    def _for(self, connection: Connection, values: Mapping[str, Any]) -> tuple[str, tuple[str, ...] | None]:
        name = connection.dialect.name
        found = self._compiled.get(name)
        if found is None:
            compiled: Any = self._statement.compile(dialect=connection.dialect, column_keys=list(values))
            order = tuple(compiled.positiontup) if compiled.positional else None
            found = self._compiled[name] = (compiled.string, order)
        return found


class Found:
    """The rows that a query found."""

    __slots__ = ("_of", "_rows")

    def __init__(self, of: Any, rows: Sequence[Sequence[Any]]) -> None:
        self._of, self._rows = of, rows

    def first(self) -> Any | None:
        """The first row; None when there is none."""
        return self._of(self._rows[0]) if self._rows else None

    def one(self) -> Any:
        """The first row, which must be there."""
        return self._of(self._rows[0])

    def scalar(self) -> Any:
        """The first column of the first row, which must be there."""
        return self._rows[0][0]

    def all(self) -> list[Any]:
        """Every row."""
        return [self._of(row) for row in self._rows]


NOTHING = Found(tuple, ())


@lru_cache(maxsize=256)
def _row(columns: tuple[str, ...]) -> Any:
    make: Any = namedtuple
    return make("Row", columns, rename=True)._make


def _wrapped(connection: Connection, driver: Any, sql: str, given: Any, cause: Exception) -> BaseException:
    """The driver's complaint as SQLAlchemy's, after which nobody is given a connection that broke."""
    dialect = connection.dialect
    broken = dialect.is_disconnect(cause, driver, None)  # type: ignore[arg-type]
    if broken:
        connection.invalidate(cause)
    return exc.DBAPIError.instance(
        sql,
        given,
        cause,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=broken,
        dialect=dialect,
    )
