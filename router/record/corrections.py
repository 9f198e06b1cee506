"""Corrections that name a model, read back."""

from typing import NamedTuple

from sqlalchemy import or_, select

from router.record.store import Store
from router.record.tables import DECISIONS, FEEDBACK


class NamedModel(NamedTuple):
    """A correction; `task` and `complexity` are those that the decision had, `better_task` the one it should have had."""

    task: str | None
    complexity: str | None
    better_task: str | None
    better_model: str


def models_named(store: Store, user: str | None, since: int, *, shared: bool) -> tuple[NamedModel, ...]:
    """One user's corrections that name a model, since a time in microseconds since 1970, oldest first.

    In a store that is not `shared` decisions of no known user are theirs as well.
    """
    f = FEEDBACK.c
    wanted = (
        select(f.task, f.complexity, f.better_task, f.better_model)
        .join(DECISIONS, DECISIONS.c.id == f.decision_id)
        .where(f.kind == "correction", f.better_model.is_not(None), f.at >= since)
        .where(DECISIONS.c.user == user if shared else or_(DECISIONS.c.user == user, DECISIONS.c.user.is_(None)))
        .order_by(f.at, f.id)
    )
    with store.read() as connection:
        return tuple(NamedModel(*row) for row in connection.execute(wanted))
