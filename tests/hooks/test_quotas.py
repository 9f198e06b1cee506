"""One plan, whoever tells of it: what a status line says counts for calls, what a person says counts for hooks."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from router.base.clock import system_clock
from router.engine import hook_quota
from router.engine.quotas import keep_quotas, quota_facts, read_quotas
from tests.hooks.hook_world import World, payloads

PLAIN = {p.name: p.stdin for p in payloads() if p.host == "claude-code"}
FULL = "rule full\n  route to openai/gpt-5.6\n  when quota(claude.weekly) >= 80%\nrule else\n  route to ollama/qwen3.5:latest\n"


def drawn(world: World, percent: float, *, ends_in_s: float = 3_600.0) -> None:
    """A status line with both windows used so far."""
    line = json.loads(json.dumps(PLAIN["StatusLine"]))
    for window in line["rate_limits"].values():
        window |= {"used_percentage": percent, "resets_at": system_clock().timestamp() + ends_in_s}
    world.here("status_line", line)


def test_what_a_host_says_is_known_to_calls(tmp_path: Path) -> None:
    world, now = World(tmp_path, FULL), system_clock()
    drawn(world, 85)
    assert quota_facts(world.user, now) == {"quota(claude.session)": 0.85, "quota(claude.weekly)": 0.85}
    assert quota_facts(world.user, now + timedelta(hours=2)) == {}


def test_what_a_person_says_is_known_to_hooks(tmp_path: Path) -> None:
    world = World(tmp_path, FULL)
    keep_quotas(world.user, {"seven_day": {"utilization": 91, "resets_at": None}}, system_clock())
    world.here("prompt", PLAIN["UserPromptSubmit"])
    assert json.loads(world.spooled("decision")[0]["row"]["chain"])[0] == "openai/gpt-5.6"


def test_the_later_word_counts_and_other_windows_stay(tmp_path: Path) -> None:
    world, now = World(tmp_path, FULL), system_clock()
    keep_quotas(world.user, {"seven_day": {"utilization": 50}, "seven_day_opus": {"utilization": 30}}, now - timedelta(minutes=5))
    drawn(world, 85)
    found = {quota.name: quota.used for quota in read_quotas(world.user, now)}
    assert found == {"claude.opus": 0.3, "claude.session": 0.85, "claude.weekly": 0.85}
    keep_quotas(world.user, {"seven_day": {"utilization": 60}}, now + timedelta(minutes=5))
    assert {quota.name: quota.used for quota in read_quotas(world.user, now)}["claude.weekly"] == 0.6
    assert hook_quota.quota_facts(world.user / hook_quota.FILE, now.timestamp())["quota(claude.weekly)"] == 0.6


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b'{"claude.weekly": 1}', b'{"claude.weekly": ["x", 1, 2]}', b'{"claude.weekly": [1e400, 1e300, 1]}', b"[" * 9999],
)
def test_a_file_that_is_none_of_ours_says_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / hook_quota.FILE
    path.parent.mkdir()
    path.write_bytes(data)
    assert quota_facts(tmp_path, system_clock()) == {}
