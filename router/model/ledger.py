"""One call as the ledger and the audit log know it: who asks, what it may cost, what came of it."""

from typing import Literal, NamedTuple, Protocol

from router.model.decision import Cap

Kind = Literal["answer", "media", "classifier", "judge", "embedding", "cache"]
"""What an attempt was for; each kind is paid from the same caps and stands in the same ledger."""

Outcome = Literal["answered", "failed", "cancelled", "expired", "refused"]
"""How an attempt ended: `expired` when its process died before it could say, `refused` when the provider would not."""

Failure = Literal[
    "timeout", "rate_limit", "overloaded", "server", "auth", "not_found", "bad_request", "context_window",
    "content_filter", "connection", "truncated", "empty", "unknown",
]  # fmt: skip
"""Why an attempt failed; the provider's own words go into `error`."""


class Asker(NamedTuple):
    """Who asks, and where; None is unknown. `source` is the face: cli, mcp, hook, library, gateway."""

    source: str = "library"
    user: str | None = None
    host: str | None = None
    session: str | None = None
    repo: str | None = None
    agent: str | None = None


class Claim(NamedTuple):
    """What one attempt wants to spend before it is made.

    `call_id` is the correlation id that all attempts of one call share; `estimate_usd` is None when the model's
    price is not known. `caps` are those of the decision that this attempt falls under.
    """

    call_id: str
    attempt: int
    decision_id: str | None
    kind: Kind
    model: str
    provider: str
    task: str | None
    complexity: str | None
    estimate_usd: float | None
    caps: tuple[Cap, ...]
    asker: Asker


class Reservation(NamedTuple):
    """Money set aside for one attempt; `id` is also the id of its row in the ledger.

    `on_trust` says that no store could be reached and the policy lets such a call go on.
    """

    id: str
    claim: Claim
    on_trust: bool = False


class Exceeded(NamedTuple):
    """A cap that a claim would have overrun; amounts in US dollars within the cap's present period."""

    cap: Cap
    spent_usd: float
    reserved_usd: float
    estimate_usd: float


class Usage(NamedTuple):
    """Tokens of one attempt; `cached` ones were read from the provider's prompt cache and are among `input`."""

    input: int = 0
    output: int = 0
    cached: int = 0


class Settlement(NamedTuple):
    """What came of one attempt. `cost_usd` None: the price is not known. `estimated`: tokens or price were not reported."""

    outcome: Outcome
    usage: Usage
    cost_usd: float | None
    estimated: bool
    latency_ms: float
    first_token_ms: float | None = None
    failure: Failure | None = None
    error: str | None = None
    """One line, without keys and without the prompt."""
    model: str | None = None
    """The model that the provider says answered, when it says."""


class Purse(Protocol):
    """Where the money of a call comes from; safe to use from several threads and processes."""

    def reserve(self, claim: Claim) -> Reservation | Exceeded:
        """Sets the claim's estimate aside under every cap at once, or says which cap it would overrun."""

    def settle(self, reservation: Reservation, settlement: Settlement) -> None:
        """Ends a reservation exactly once; a second time changes nothing."""
