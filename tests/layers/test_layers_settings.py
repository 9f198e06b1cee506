"""Settings that are no rules reach the table typed, and the organisation's word on records counts first."""

from datetime import date
from pathlib import Path

from router.base.places import Places
from router.engine.build import build
from router.model.settings import Settings, settings_from
from router.policy.sources.schema_check import known_keys
from router.table.table import Table

ORG = "budget_failure: closed\naudit: {retention_days: 90}\nteam: {store: postgresql://db.example/router}\n"


def settings_of(tmp_path: Path, *, user: str = "", org: str | None = None) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    if org is not None:
        (home / "org.yaml").write_text(org, encoding="utf-8")
        user += f"organisation: {{file: {home / 'org.yaml'}}}\n"
    (home / "routing.yaml").write_text(user, encoding="utf-8")
    places = Places(user=home, cache=tmp_path / "cache", repo=None, cwd=tmp_path)
    built = build(places, {}, date(2026, 11, 25))
    assert built.data is not None, built.problems
    return settings_from(Table.load(built.data).settings)


def test_built_in_settings(tmp_path: Path) -> None:
    found = settings_of(tmp_path)
    assert found.baseline == "anthropic/claude-opus-5-5"
    assert (found.budget_failure, found.audit_prompts, found.retention_days) == ("closed", "hash", None)
    assert found.hooks is True


def test_a_user_may_loosen_what_the_organisation_leaves_open(tmp_path: Path) -> None:
    found = settings_of(tmp_path, user="budget_failure: open\nbaseline: openai/gpt-6-astra\nenforce: off\n")
    assert (found.budget_failure, found.baseline, found.hooks) == ("open", "openai/gpt-6-astra", False)


def test_the_organisation_has_the_first_word_on_records(tmp_path: Path) -> None:
    found = settings_of(tmp_path, user="budget_failure: open\nbaseline: openai/gpt-6-astra\n", org=ORG)
    assert (found.budget_failure, found.baseline) == ("closed", "openai/gpt-6-astra")
    assert (found.retention_days, found.team_store) == (90, "postgresql://db.example/router")


def test_what_the_audit_log_keeps_is_the_users_or_the_organisations_to_say(tmp_path: Path) -> None:
    found = settings_of(tmp_path, user="audit: {prompts: text, retention_days: 7}\n")
    assert (found.audit_prompts, found.retention_days) == ("text", 7)


def test_the_organisation_decides_what_is_kept_of_prompts(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path, user="audit: {prompts: text, retention_days: 7}\n", org="audit: {prompts: redacted}\n"
    )
    assert (found.audit_prompts, found.retention_days) == ("redacted", 7)


def test_one_layer_is_enough_to_keep_sessions_apart(tmp_path: Path) -> None:
    cases = (("a", "", None, True), ("b", "session_context: true\n", "session_context: false\n", False), ("c", "session_context: false\n", None, False))  # fmt: skip
    for name, user, org, expected in cases:
        (tmp_path / name).mkdir()
        assert settings_of(tmp_path / name, user=user, org=org).session_context is expected


def test_the_semantic_cache_is_off_until_a_model_is_named_and_the_organisation_s_word_counts_first(tmp_path: Path) -> None:
    small, large = "openai/text-embedding-3-small", "openai/text-embedding-3-large"
    cases = (
        ("a", "", None, None, 0.95),
        ("b", f"semantic_cache: {{model: {small}}}\n", None, small, 0.95),
        ("c", f"semantic_cache: {{model: {small}, least_similarity: 0.9}}\n", "semantic_cache: {least_similarity: 0.98}\n", small, 0.98),
        ("d", f"semantic_cache: {{model: {small}}}\n", f"semantic_cache: {{model: {large}}}\n", large, 0.95),
    )
    for name, user, org, model, least in cases:
        (tmp_path / name).mkdir()
        found = settings_of(tmp_path / name, user=user, org=org)
        assert (found.embedding_model, found.least_similarity) == (model, least), name


def test_failing_commands_are_listed_by_the_person_or_the_organisation_alone(tmp_path: Path) -> None:
    cases = (
        ("a", "", None, []),
        ("b", "compress_failing: [pytest, npm]\n", None, ["pytest", "npm"]),
        ("c", "compress_failing: [pytest, npm]\n", "compress_failing: [go]\n", ["go"]),
        ("d", "compress_failing: [pytest]\n", "compress_failing: []\n", []),
    )
    for name, user, org, programs in cases:
        (tmp_path / name).mkdir()
        assert list(settings_of(tmp_path / name, user=user, org=org).compress_failing) == programs, name
    assert "compress_failing" not in known_keys("repo")


def test_a_program_s_approval_counts_only_where_no_layer_forbids_it(tmp_path: Path) -> None:
    cases = (("a", "", None, False), ("b", "tool_approvals: true\n", None, True), ("c", "tool_approvals: true\n", "tool_approvals: false\n", False), ("d", "tool_approvals: false\n", "tool_approvals: true\n", False))  # fmt: skip
    for name, user, org, expected in cases:
        (tmp_path / name).mkdir()
        assert settings_of(tmp_path / name, user=user, org=org).tool_approvals is expected, name
