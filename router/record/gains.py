"""What compression gained, by layer: net of what was fetched again, and measured against the outputs left whole."""

import math
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from router.model.catalogue import Catalogue
from router.model.dated import of_name
from router.record.store import Store
from router.record.tables import COMPRESSIONS

LAYERS = ("output", "answers", "pages")
"""Command output, a model's answers, pages of a browser: what `compress` names in a policy."""

_Z95 = 1.959964
_C = COMPRESSIONS.c


class Gain(NamedTuple):
    """One layer's gain; tokens are as the layer counted them.

    A saving counts when the replacement was accepted: `raw` less `kept` less what was `fetched` again. `unconfirmed`
    outputs are those of which the host does not say whether it took them; they count nothing. The holdout is the
    share of outputs left whole: `holdout_share` is how much smaller the treated ones were on average, fetching
    included, with its 95 % interval; None while either side has fewer than two. Of `outputs`, the tokens of so many are
    `estimated`, and so many went to models whose price is not known (`unpriced`): `saved_usd` has nothing of these.
    """

    layer: str
    outputs: int
    raw: int
    kept: int
    fetched: int
    unconfirmed: int
    refused: int
    holdout: int
    holdout_share: float | None
    holdout_low: float | None
    holdout_high: float | None
    saved_usd: float | None
    estimated: int = 0
    unpriced: int = 0

    @property
    def saved(self) -> int:
        return self.raw - self.kept - self.fetched

    @property
    def share(self) -> float | None:
        return self.saved / self.raw if self.raw else None


def gains(store: Store, catalogue: Catalogue, since: int | None = None) -> list[Gain]:
    """The gain of each layer since a moment (UTC microseconds).

    `saved_usd` prices the saved tokens as input of the model they would have gone to; None when no row names one
    whose price is known.
    """
    with store.read() as connection:
        rows = connection.execute(_wanted(since)).all()
    return [_gain(layer, [row for row in rows if row.layer == layer], catalogue) for layer in LAYERS]


def _wanted(since: int | None) -> Any:
    spent = _C.kept_tokens + _C.fetched_tokens
    columns = [_C.layer, _C.model, _C.holdout, _C.accepted, _C.counted]
    wanted = select(
        *columns,
        func.count().label("outputs"),
        func.sum(_C.raw_tokens).label("raw"),
        func.sum(_C.kept_tokens).label("kept"),
        func.sum(_C.fetched_tokens).label("fetched"),
        func.sum(case((_C.holdout, _C.raw_tokens), else_=spent) * 1.0).label("seen"),
        func.sum(case((_C.holdout, _C.raw_tokens), else_=spent) * 1.0 * case((_C.holdout, _C.raw_tokens), else_=spent)).label("squares"),
    ).group_by(*columns)
    return wanted if since is None else wanted.where(_C.at >= since)


def _gain(layer: str, rows: list[Any], catalogue: Catalogue) -> Gain:
    treated = [row for row in rows if not row.holdout and row.accepted]
    whole = [row for row in rows if row.holdout]
    share, low, high = _measured(_moments(treated), _moments(whole))
    return Gain(
        layer,
        outputs=sum(row.outputs for row in treated),
        raw=sum(int(row.raw) for row in treated),
        kept=sum(int(row.kept) for row in treated),
        fetched=sum(int(row.fetched) for row in treated),
        unconfirmed=sum(row.outputs for row in rows if not row.holdout and row.accepted is None),
        refused=sum(row.outputs for row in rows if not row.holdout and row.accepted is False),
        holdout=sum(row.outputs for row in whole),
        holdout_share=share,
        holdout_low=low,
        holdout_high=high,
        saved_usd=_usd(treated, catalogue),
        estimated=sum(row.outputs for row in treated if not row.counted),
        unpriced=sum(row.outputs for row in treated if _price(row, catalogue) is None),
    )


class _Moments(NamedTuple):
    outputs: int
    mean: float
    variance_of_mean: float


def _moments(rows: list[Any]) -> _Moments | None:
    count = sum(row.outputs for row in rows)
    if count < 2:
        return None
    total, squares = sum(float(row.seen) for row in rows), sum(float(row.squares) for row in rows)
    mean = total / count
    return _Moments(count, mean, max(0.0, squares - count * mean * mean) / (count - 1) / count)


def _measured(treated: _Moments | None, whole: _Moments | None) -> tuple[float | None, float | None, float | None]:
    """1 - treated / whole with its interval, by the delta method for a ratio of independent means."""
    if treated is None or whole is None or whole.mean <= 0:
        return None, None, None
    ratio = treated.mean / whole.mean
    error = math.sqrt(treated.variance_of_mean + ratio * ratio * whole.variance_of_mean) / whole.mean
    return 1 - ratio, 1 - ratio - _Z95 * error, 1 - ratio + _Z95 * error


def _usd(treated: list[Any], catalogue: Catalogue) -> float | None:
    amounts = [
        price * (int(row.raw) - int(row.kept) - int(row.fetched)) / 1e6
        for row in treated
        if (price := _price(row, catalogue)) is not None
    ]
    return sum(amounts) if amounts else None


def _price(row: Any, catalogue: Catalogue) -> float | None:
    """Dollars for a million tokens of input of the model a row names; one it does not list by its day has its family's."""
    model = of_name(catalogue.models, row.model) if row.model else None
    return None if model is None else model.input_usd_per_mtok
