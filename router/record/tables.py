"""The one schema of the store; SQL stands in this folder alone.

Money is kept as whole nanodollars (1e-9 US dollars), moments as UTC microseconds since 1970.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)  # fmt: skip

METADATA = MetaData()

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("source", String(16), nullable=False),
    Column("user", Text),
    Column("host", Text),
    Column("session", Text),
    Column("repo", Text),
    Column("agent", Text),
    Column("task", String(16)),
    Column("complexity", String(16)),
    Column("asked_complexity", String(16)),
    Column("confidence", Float),
    Column("judged_by", String(16)),
    Column("mode", String(16), nullable=False),
    Column("profile", String(16), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("chain", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("estimate_nano", BigInteger),
    Column("prompt_hash", String(64)),
    Column("prompt_chars", Integer),
    Column("policy", Text, nullable=False),
    Index("decisions_at", "at"),
    Index("decisions_session_at", "session", "at"),
)
"""One row a decision; `chain` and `rules` are JSON lists."""

CALLS = Table(
    "calls",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("call_id", String(32), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("decision_id", String(32)),
    Column("at", BigInteger, nullable=False),
    Column("settled_at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("user", Text),
    Column("host", Text),
    Column("session", Text),
    Column("repo", Text),
    Column("agent", Text),
    Column("task", String(16)),
    Column("complexity", String(16)),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("reported_model", Text),
    Column("outcome", String(16), nullable=False),
    Column("failure", String(24)),
    Column("error", Text),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("cost_nano", BigInteger),
    Column("estimated", Boolean, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("first_token_ms", Float),
    Index("calls_at", "at"),
    Index("calls_call_id", "call_id"),
    Index("calls_decision_id", "decision_id"),
    Index("calls_session_at", "session", "at"),
    Index("calls_provider_at", "provider", "at"),
)
"""The ledger: one row an attempt, written when it is settled; `cost_nano` NULL is an unknown price."""

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("call_id", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("amount_nano", BigInteger, nullable=False),
    Column("claim", Text, nullable=False),
    Index("reservations_expires_at", "expires_at"),
)
"""Open attempts; `claim` is the claim as JSON, from which an expired one still becomes a row of the ledger."""

TALLIES = Table(
    "tallies",
    METADATA,
    Column("scope", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("period", String(16), nullable=False),
    Column("spent_nano", BigInteger, nullable=False, default=0),
    Column("reserved_nano", BigInteger, nullable=False, default=0),
    PrimaryKeyConstraint("period", "scope", "name"),
)
"""Running sums that a reservation is checked against in the same transaction.

`scope` is total, provider, task or session, `name` the provider, task or session ('' for total), `period` a UTC day
`2026-11-25`, a UTC month `2026-11`, or '' for a session.
"""

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("decision_id", String(32)),
    Column("session", Text),
    Column("user", Text),
    Column("repo", Text),
    Column("model", Text, nullable=False),
    Column("estimate_nano", BigInteger),
    Column("why", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Text),
    Index("approvals_state_at", "state", "at"),
    Index("approvals_key", "key"),
)
"""Calls that wait for a person; `key` is the keyed hash of what was asked, `state` pending, approved, rejected, used."""

AUDIT_EVENTS = Table(
    "audit_events",
    METADATA,
    Column("chain", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("decision_id", String(32)),
    Column("session", Text),
    Column("user", Text),
    Column("host", Text),
    Column("repo", Text),
    Column("task", String(16)),
    Column("complexity", String(16)),
    Column("model", Text),
    Column("verdict", String(16)),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    PrimaryKeyConstraint("chain", "seq"),
    Index("audit_events_at", "at"),
    Index("audit_events_session_at", "session", "at"),
    Index("audit_events_decision_id", "decision_id"),
)
"""One chain an installation; `body` is the event's canonical JSON, of which the other columns are copies for filters."""

AUDIT_HEADS = Table(
    "audit_heads",
    METADATA,
    Column("chain", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("public_key", String(64), nullable=False),
)
"""The last event of each chain, locked while one is appended."""

AUDIT_CHECKPOINTS = Table(
    "audit_checkpoints",
    METADATA,
    Column("chain", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
    PrimaryKeyConstraint("chain", "seq", "kind"),
)
"""Signed statements "event `seq` of this chain has this hash"; `kind` is regular, or pruned: older events were removed."""

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("decision_id", String(32)),
    Column("session", Text),
    Column("kind", String(16), nullable=False),
    Column("task", String(16)),
    Column("complexity", String(16)),
    Column("model", Text),
    Column("good", Boolean),
    Column("score", Float),
    Column("better_task", String(16)),
    Column("better_model", Text),
    Column("reason", Text),
    Index("feedback_at", "at"),
    Index("feedback_decision_id", "decision_id"),
)
"""What people and judges thought: `kind` rating, correction or judge."""

COMPRESSIONS = Table(
    "compressions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("session", Text),
    Column("host", Text),
    Column("repo", Text),
    Column("layer", String(16), nullable=False),
    Column("family", Text),
    Column("raw_tokens", Integer, nullable=False),
    Column("kept_tokens", Integer, nullable=False),
    Column("accepted", Boolean),
    Column("holdout", Boolean, nullable=False),
    Column("fetched_tokens", Integer, nullable=False, default=0),
    Column("model", Text),
    Column("counted", Boolean),
    Index("compressions_at", "at"),
)
"""One row an output that was compressed, or left whole in the holdout; `accepted` NULL: the host does not say.

`counted`: a tokenizer counted `raw_tokens` and `kept_tokens`; else they are estimates.
"""

DRAINED = Table(
    "drained",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index("drained_at", "at"),
)
"""Ids of spool lines that are in the store, so that none gets in twice."""

HOOKS = Table(
    "hooks",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("host", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("error", Text),
    Column("ms", Float),
    Index("hooks_at", "at"),
)
"""One row a hook that ran; `error` is the class of what went wrong."""
