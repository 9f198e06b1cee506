"""What a policy sets besides rules: how records are kept and what reports compare with."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

Prompts = Literal["hash", "redacted", "text"]


class Settings(NamedTuple):
    """The settings of one policy; each has its key in the YAML layers' schemas.

    `baseline` is the model that savings are compared with. `budget_failure` says what becomes of a paid call under
    a cap while the store is out of order. `audit_prompts` is what the audit log keeps of a prompt, `retention_days`
    how long it keeps events (None: for ever). `team_store` is the organisation's database address. `monthly_cap` is the
    smallest cap on all spending of a month that a layer's key sets. `session_context` says whether a follow-up is told what
    was said before it, `tool_approvals` whether an agent's own word approves a waiting call. `embedding_model` compares
    prompts for the semantic cache (None: there is none), which takes two of a cosine of `least_similarity` for the same.
    `compress_failing` names the programs whose output is shortened in the host's own shell when they fail.
    """

    baseline: str | None = None
    budget_failure: Literal["closed", "open"] = "closed"
    audit_prompts: Prompts = "hash"
    retention_days: int | None = None
    team_store: str | None = None
    hooks: bool = True
    claude_subscription: bool = False
    monthly_cap: float | None = None
    session_context: bool = True
    tool_approvals: bool = False
    embedding_model: str | None = None
    least_similarity: float = 0.95
    compress_failing: Sequence[str] = ()


_KEYS = {
    "baseline": "baseline",
    "budget_failure": "budget_failure",
    "audit.prompts": "audit_prompts",
    "audit.retention_days": "retention_days",
    "team.store": "team_store",
    "hooks": "hooks",
    "claude_subscription": "claude_subscription",
    "monthly_cap": "monthly_cap",
    "session_context": "session_context",
    "tool_approvals": "tool_approvals",
    "semantic_cache.model": "embedding_model",
    "semantic_cache.least_similarity": "least_similarity",
    "compress_failing": "compress_failing",
}


def settings_from(header: Mapping[str, Any]) -> Settings:
    """The settings among a table's plain ones; what is not said is at its default."""
    return Settings(**{field: header[key] for key, field in _KEYS.items() if header.get(key) is not None})
