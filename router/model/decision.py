"""What was decided about one request, and by which rules."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from router.model.outcomes import Foretold

Facts = Mapping[str, Any]
"""What is known of a request, by fact key; a key that is absent, or None, is unknown.

Names are str; `path` and `group` tuples of str; `prompt` str; `hour`, `turn`, `prompt.tokens` numbers; `date` a
proleptic ordinal; `pressure(…)`, `quota(…)`, `confidence` fractions; `spend(…)/…`, `cost` US dollars; `bucket` the
session's roll-out bucket, 0 to 9,999. Three keys are no facts a rule may ask: `configured`, the providers that can
be called (absent: not looked at), `needs`, capabilities the request cannot do without (`vision`, `tools` …), and
`strained`, the providers whose budget is nearly or quite used (`router/decide/strain.py`).
"""

DEFAULT_MODE = "suggest"
DEFAULT_PROFILE = "balanced"

Outcome = Literal["route", "refused", "nothing"]
Source = Literal["given", "rule", "classifier", "session", "none"]


class Judgement(NamedTuple):
    """What is thought of a prompt's task and complexity, and where that comes from."""

    task: str | None
    complexity: str | None
    tier: str | None
    confidence: float | None
    complexity_confidence: float | None
    abstained: bool
    source: Source
    rule: str | None = None
    guess: str | None = None
    """The classifier's likeliest task when it abstained."""
    tasks: tuple[tuple[str, float], ...] = ()
    complexities: tuple[tuple[str, float], ...] = ()
    """What the classifier thought of all tasks and complexities, likeliest first."""
    foretold: Foretold | None = None
    """What trained heads foretell of the prompt, where a chain is ordered by outcomes."""


class Denial(NamedTuple):
    """A target that may not be used, or, for `allow`, the targets of which one must be used."""

    effect: Literal["deny", "allow"]
    targets: tuple[tuple[str, str], ...]
    rule: str


class Cap(NamedTuple):
    """A spending limit: `scope` is a kind and maybe a name, such as ("task", "code")."""

    scope: tuple[str, ...]
    usd: float
    period: str
    rule: str


class Dropped(NamedTuple):
    """A model that would have stood in the chain, and why it does not."""

    model: str
    reason: str
    rule: str | None


class Decision(NamedTuple):
    """One decision; `chain` holds `provider/model` names, the first to be tried first.

    `complexity` is what selection used, `asked_complexity` what the prompt was judged to be before a downgrade.
    `rules` names every rule in effect as (effect, rule). `estimated_cost_usd` is of the first model, None when its price is unknown.
    """

    outcome: Outcome
    judgement: Judgement
    complexity: str | None
    asked_complexity: str | None
    tier: str
    mode: str
    profile: str
    chain: tuple[str, ...]
    estimated_cost_usd: float | None
    denials: tuple[Denial, ...]
    caps: tuple[Cap, ...]
    refusals: tuple[str, ...]
    approvals: tuple[str, ...]
    redact: tuple[str, ...]
    compress: tuple[str, ...]
    tags: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    fingerprint: str

    @property
    def task(self) -> str | None:
        return self.judgement.task

    @property
    def denied(self) -> tuple[str, ...]:
        """The denied targets as they are written in a policy."""
        return tuple(dict.fromkeys(text for d in self.denials if d.effect == "deny" for _, text in d.targets))
