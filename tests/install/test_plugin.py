"""The plugin says what the hosts' own files say, and its version is the program's."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from router import __version__
from router.base.shipped import shipped
from router.hosts.registry import host_named

PLUGIN = shipped("hooks/plugin/claude")


def read(name: str) -> dict:
    return json.loads((PLUGIN / name).read_text(encoding="utf-8"))


def test_the_marketplace_leads_to_the_plugin() -> None:
    market = json.loads(shipped("hooks/plugin/.claude-plugin/marketplace.json").read_text(encoding="utf-8"))
    assert [(shipped("hooks/plugin") / one["source"]).resolve() for one in market["plugins"]] == [
        PLUGIN.resolve()
    ]
    manifest = read(".claude-plugin/plugin.json")
    assert (manifest["name"], manifest["version"]) == (market["plugins"][0]["name"], __version__)


ACTS = {
    "claude-code": ("Bash", "Edit", "Write", "Agent"),
    "codex": ("Bash", "apply_patch"),
    "copilot-cli": ("Bash", "Edit", "Write"),
    "factory-droid": ("Execute", "Edit", "Create", "ApplyPatch"),
}
"""Hosts that load the plugin, by the tools that their hooks are told of when something is done."""


def entries() -> dict[str, tuple[str | None, str, int]]:
    """The plugin's hooks: event → matcher, command, limit."""
    return {
        event: (group.get("matcher"), handler["command"], handler["timeout"])
        for event, groups in read("hooks/hooks.json")["hooks"].items()
        for group in groups
        for handler in group["hooks"]
    }


def test_its_hooks_are_those_of_the_host_and_their_program_is_installed() -> None:
    host = host_named("claude-code")
    assert host is not None
    assert {event: said[1:] for event, said in entries().items()} == {
        entry.event: (f"llm-router-hook {entry.kind}", entry.timeout_s)
        for entry in host.entries
        if entry.kind != "status_line"
    }
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    assert project["scripts"]["llm-router-hook"] == "router.faces.hooks.command:main"


def test_its_server_is_a_command_on_the_path() -> None:
    assert read(".mcp.json")["mcpServers"]["llm-router"]["command"] == "llm-router"


@pytest.mark.parametrize("name", ACTS)
def test_its_hooks_are_asked_for_the_tools_of_every_host_that_loads_it(name: str) -> None:
    host = host_named(name)
    assert host is not None
    before, after = (re.compile(str(entries()[event][0])) for event in ("PreToolUse", "PostToolUse"))
    assert all(before.fullmatch(tool) for tool in ACTS[name])
    assert not before.fullmatch("Read") and not before.fullmatch(host.tool_name("llm_code"))
    assert after.fullmatch(ACTS[name][0]) and after.fullmatch(host.tool_name("llm_code"))
