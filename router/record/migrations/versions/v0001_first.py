"""The store's first form: ledger, reservations, tallies, approvals, decisions, audit log, feedback, compressions, spool."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "approvals",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("key", String(length=64), nullable=False),
        Column("decision_id", String(length=32), nullable=True),
        Column("session", Text(), nullable=True),
        Column("user", Text(), nullable=True),
        Column("repo", Text(), nullable=True),
        Column("model", Text(), nullable=False),
        Column("estimate_nano", BigInteger(), nullable=True),
        Column("why", Text(), nullable=False),
        Column("state", String(length=16), nullable=False),
        Column("decided_at", BigInteger(), nullable=True),
        Column("decided_by", Text(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("approvals_key", "approvals", ["key"], unique=False)
    op.create_index("approvals_state_at", "approvals", ["state", "at"], unique=False)
    op.create_table(
        "audit_checkpoints",
        Column("chain", String(length=32), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("kind", String(length=16), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("hash", String(length=64), nullable=False),
        Column("signature", String(length=128), nullable=False),
        PrimaryKeyConstraint("chain", "seq", "kind"),
    )
    op.create_table(
        "audit_events",
        Column("chain", String(length=32), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("kind", String(length=16), nullable=False),
        Column("decision_id", String(length=32), nullable=True),
        Column("session", Text(), nullable=True),
        Column("user", Text(), nullable=True),
        Column("host", Text(), nullable=True),
        Column("repo", Text(), nullable=True),
        Column("task", String(length=16), nullable=True),
        Column("complexity", String(length=16), nullable=True),
        Column("model", Text(), nullable=True),
        Column("verdict", String(length=16), nullable=True),
        Column("body", Text(), nullable=False),
        Column("hash", String(length=64), nullable=False),
        Column("mac", String(length=64), nullable=False),
        PrimaryKeyConstraint("chain", "seq"),
        UniqueConstraint("id"),
    )
    op.create_index("audit_events_at", "audit_events", ["at"], unique=False)
    op.create_index("audit_events_decision_id", "audit_events", ["decision_id"], unique=False)
    op.create_index("audit_events_session_at", "audit_events", ["session", "at"], unique=False)
    op.create_table(
        "audit_heads",
        Column("chain", String(length=32), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("hash", String(length=64), nullable=False),
        Column("public_key", String(length=64), nullable=False),
        PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "calls",
        Column("id", String(length=32), nullable=False),
        Column("call_id", String(length=32), nullable=False),
        Column("attempt", Integer(), nullable=False),
        Column("decision_id", String(length=32), nullable=True),
        Column("at", BigInteger(), nullable=False),
        Column("settled_at", BigInteger(), nullable=False),
        Column("kind", String(length=16), nullable=False),
        Column("source", String(length=16), nullable=False),
        Column("user", Text(), nullable=True),
        Column("host", Text(), nullable=True),
        Column("session", Text(), nullable=True),
        Column("repo", Text(), nullable=True),
        Column("agent", Text(), nullable=True),
        Column("task", String(length=16), nullable=True),
        Column("complexity", String(length=16), nullable=True),
        Column("provider", Text(), nullable=False),
        Column("model", Text(), nullable=False),
        Column("reported_model", Text(), nullable=True),
        Column("outcome", String(length=16), nullable=False),
        Column("failure", String(length=24), nullable=True),
        Column("error", Text(), nullable=True),
        Column("input_tokens", Integer(), nullable=False),
        Column("output_tokens", Integer(), nullable=False),
        Column("cached_tokens", Integer(), nullable=False),
        Column("cost_nano", BigInteger(), nullable=True),
        Column("estimated", Boolean(), nullable=False),
        Column("latency_ms", Float(), nullable=False),
        Column("first_token_ms", Float(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("calls_at", "calls", ["at"], unique=False)
    op.create_index("calls_call_id", "calls", ["call_id"], unique=False)
    op.create_index("calls_decision_id", "calls", ["decision_id"], unique=False)
    op.create_index("calls_provider_at", "calls", ["provider", "at"], unique=False)
    op.create_index("calls_session_at", "calls", ["session", "at"], unique=False)
    op.create_table(
        "compressions",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("session", Text(), nullable=True),
        Column("host", Text(), nullable=True),
        Column("repo", Text(), nullable=True),
        Column("layer", String(length=16), nullable=False),
        Column("family", Text(), nullable=True),
        Column("raw_tokens", Integer(), nullable=False),
        Column("kept_tokens", Integer(), nullable=False),
        Column("accepted", Boolean(), nullable=True),
        Column("holdout", Boolean(), nullable=False),
        Column("fetched_tokens", Integer(), nullable=False),
        Column("model", Text(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("compressions_at", "compressions", ["at"], unique=False)
    op.create_table(
        "decisions",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("source", String(length=16), nullable=False),
        Column("user", Text(), nullable=True),
        Column("host", Text(), nullable=True),
        Column("session", Text(), nullable=True),
        Column("repo", Text(), nullable=True),
        Column("agent", Text(), nullable=True),
        Column("task", String(length=16), nullable=True),
        Column("complexity", String(length=16), nullable=True),
        Column("asked_complexity", String(length=16), nullable=True),
        Column("confidence", Float(), nullable=True),
        Column("judged_by", String(length=16), nullable=True),
        Column("mode", String(length=16), nullable=False),
        Column("profile", String(length=16), nullable=False),
        Column("verdict", String(length=16), nullable=False),
        Column("chain", Text(), nullable=False),
        Column("rules", Text(), nullable=False),
        Column("estimate_nano", BigInteger(), nullable=True),
        Column("prompt_hash", String(length=64), nullable=True),
        Column("prompt_chars", Integer(), nullable=True),
        Column("policy", Text(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("decisions_at", "decisions", ["at"], unique=False)
    op.create_index("decisions_session_at", "decisions", ["session", "at"], unique=False)
    op.create_table(
        "drained",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("drained_at", "drained", ["at"], unique=False)
    op.create_table(
        "feedback",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("decision_id", String(length=32), nullable=True),
        Column("session", Text(), nullable=True),
        Column("kind", String(length=16), nullable=False),
        Column("task", String(length=16), nullable=True),
        Column("complexity", String(length=16), nullable=True),
        Column("model", Text(), nullable=True),
        Column("good", Boolean(), nullable=True),
        Column("score", Float(), nullable=True),
        Column("better_task", String(length=16), nullable=True),
        Column("better_model", Text(), nullable=True),
        Column("reason", Text(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("feedback_at", "feedback", ["at"], unique=False)
    op.create_index("feedback_decision_id", "feedback", ["decision_id"], unique=False)
    op.create_table(
        "reservations",
        Column("id", String(length=32), nullable=False),
        Column("call_id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("expires_at", BigInteger(), nullable=False),
        Column("amount_nano", BigInteger(), nullable=False),
        Column("claim", Text(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("reservations_expires_at", "reservations", ["expires_at"], unique=False)
    op.create_table(
        "tallies",
        Column("scope", String(length=16), nullable=False),
        Column("name", Text(), nullable=False),
        Column("period", String(length=16), nullable=False),
        Column("spent_nano", BigInteger(), nullable=False),
        Column("reserved_nano", BigInteger(), nullable=False),
        PrimaryKeyConstraint("period", "scope", "name"),
    )
