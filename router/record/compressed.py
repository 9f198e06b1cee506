"""What is learnt of a shortened output after its row was entered: its tokens as counted, whether it was taken, what was fetched again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, update

from router.record.rows import clean
from router.record.tables import COMPRESSIONS

_LEARNT = ("raw_tokens", "kept_tokens", "accepted", "model", "counted")


def enter_fetched(connection: Connection, plain: Mapping[str, Any]) -> None:
    """Adds tokens that the model was shown again to the row `of`; without that row nothing."""
    tokens = plain["tokens"]
    if type(tokens) is not int or tokens < 0:
        raise ValueError("tokens are a whole number")
    total = COMPRESSIONS.c.fetched_tokens + tokens
    connection.execute(update(COMPRESSIONS).where(COMPRESSIONS.c.id == plain["of"]).values(fetched_tokens=total))


def enter_learnt(connection: Connection, plain: Mapping[str, Any]) -> None:
    """Puts what is known by now into the row `of`; entered twice it says the same."""
    known = clean({key: plain[key] for key in _LEARNT if plain.get(key) is not None})
    if known:
        connection.execute(update(COMPRESSIONS).where(COMPRESSIONS.c.id == plain["of"]).values(known))
