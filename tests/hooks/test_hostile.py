"""Whatever a host, or somebody in its place, sends: exit 0 in time, no traceback, an answer that is one, a line that says so."""

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.base.clock import system_clock
from router.engine.hooked import hooked
from router.hosts.host import is_ours
from router.hosts.registry import NAMES, host_named
from tests.hooks.hook_world import World, payloads

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**400, -(10**30), 1e308, -0.0, "", "\x00", "\ud800", "a\udfffb", "x" * 70_000, "\u202e\u2028`",
    "../../etc/passwd", "/" * 5_000, [], {}, [None], [[[[]]]], {"": {}}, {"a": [{"b": "\x00"}]}, ["\ud83d"], {"\x00": "\x00"},
)  # fmt: skip
DEEP: Any = "end"
for _ in range(400):
    DEEP = {"a": [DEEP]}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    return [World(tmp_path_factory.mktemp(mode), LLM_ROUTER_ENFORCE=mode) for mode in ("suggest", "enforce")]


def kind_of(host: str, name: str) -> str:
    if name.startswith("StatusLine"):
        return "status_line"
    known = host_named(host)
    assert known is not None
    plain = name.removesuffix("_ours").removesuffix("_agent").removesuffix("_search").removesuffix("_shared")
    return known.kind_of(plain.replace("_", ".") if host == "opencode" else plain) or "after_tool"


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))] if path else [
        place for key, each in inner for place in places(each, (key,))
    ]  # fmt: skip


def value_at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def with_at(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The payload with another value at a place."""
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


def sound(world: World, kind: str, data: bytes, host: str | None) -> str:
    """The answer, after what always holds of one: it is encodable, it is a JSON object or a short text, and it was recorded."""
    before = len(world.spooled("hook"))
    text = hooked(kind, data, host, world.environ, system_clock)  # type: ignore[arg-type]
    assert len(text.encode("utf-8", "replace")) < 200_000
    if text.startswith("{"):
        assert isinstance(json.loads(text), dict)
    assert len(world.spooled("hook")) - before in (0, 1)
    return text


@pytest.mark.parametrize("payload", payloads(), ids=lambda payload: f"{payload.host}-{payload.name}")
def test_an_odd_value_anywhere_in_an_event_stops_nobody(payload: Any, worlds: list[World]) -> None:
    chance, kind = Random(f"{payload.host} {payload.name}"), kind_of(payload.host, payload.name)
    for at, path in enumerate(places(payload.stdin)):
        number = isinstance(value_at(payload.stdin, path), int | float)
        odd = 10**400 if number else chance.choice((*ODD, DEEP))
        world, host = (worlds[0], payload.host) if at % 2 else (worlds[1], None)
        plain = {"cwd": str(world.project), **with_at(payload.stdin, path, odd)}
        sound(world, kind, json.dumps(plain).encode("utf-8"), host)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec=None), max_size=12), inner, max_size=3),
    max_leaves=12,
)
FIELDS = sorted({field for payload in payloads() for field in payload.stdin})


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["prompt", "before_model", "before_tool", "after_tool", "session_start", "session_end", "status_line"]),
    host=st.sampled_from([None, *NAMES, "no-such-host", "../x"]),
    plain=st.dictionaries(st.sampled_from(FIELDS), TREES, max_size=8),
)
def test_any_fields_with_anything_in_them_stop_nobody(
    kind: str, host: str | None, plain: dict[str, Any], worlds: list[World]
) -> None:
    sound(worlds[1], kind, json.dumps(plain).encode("utf-8"), host)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_stop_nobody(data: bytes, worlds: list[World]) -> None:
    assert sound(worlds[0], "prompt", data, None) == ""


@pytest.mark.parametrize("kind", ["prompt", "before_tool", "status_line"])
@pytest.mark.parametrize(
    "data",
    [b"[" * 200_000, b'{"a":' * 100_000, b'{"prompt": ' + b"9" * 100_000 + b"}", b'{"cwd": "\x00"}', b'{"prompt": "\\ud800\\u0000"}', b"\xff" * 9],
    ids=["lists", "objects", "digits", "raw NUL", "surrogate and NUL", "no text"],
)
def test_the_process_itself_ends_well(tmp_path: Path, kind: str, data: bytes) -> None:
    world = World(tmp_path)
    done = world.run(kind, data, "claude-code")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("tool", "ours"),
    [
        ("mcp__llm-router__llm_code", True), ("mcp__llm_router__llm_code", True), ("llm-router_llm_code", True),
        ("mcp__plugin_llm-router_llm-router__llm_code", True), ("MCP:llm_code", True), ("llm_code", True),
        ("mcp__other__llm_code", False), ("MCP:other", False), ("Bash", False), ("llm_", False), ("", False),
    ],
)  # fmt: skip
def test_a_tool_of_ours_is_told_from_others(tool: str, ours: bool) -> None:
    assert is_ours(tool) is ours
