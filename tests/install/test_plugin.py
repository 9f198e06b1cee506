"""The plugin says what the hosts' own files say, and its version is the program's."""

import json
import tomllib
from pathlib import Path

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


def test_its_hooks_are_those_of_the_host_and_their_program_is_installed() -> None:
    host = host_named("claude-code")
    assert host is not None
    found = {
        (event, group.get("matcher"), handler["command"], handler["timeout"])
        for event, groups in read("hooks/hooks.json")["hooks"].items()
        for group in groups
        for handler in group["hooks"]
    }
    assert found == {
        (entry.event, entry.matcher, f"llm-router-hook {entry.kind}", entry.timeout_s)
        for entry in host.entries
        if entry.kind != "status_line"
    }
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    assert project["scripts"]["llm-router-hook"] == "router.faces.hooks.command:main"


def test_its_server_is_a_command_on_the_path() -> None:
    assert read(".mcp.json")["mcpServers"]["llm-router"]["command"] == "llm-router"
