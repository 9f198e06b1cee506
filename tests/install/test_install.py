"""Installing and undoing leave every file of every host as it was, with what the person changed meanwhile."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from router.hosts.files.registry import HOSTS, wanted
from router.hosts.install.apply import install, uninstall
from router.hosts.install.machine import this_machine

HOST_NAMES = [host.name for host in HOSTS]
THEIRS = {
    ".claude.json": '{\n  "numStartups": 3,\n  "mcpServers": {"other": {"command": "x"}}\n}',
    ".claude/settings.json": '{\n  // mine\n  "hooks": {\n    "UserPromptSubmit": [\n      {"hooks": [{"type": "command", "command": "mine"}]}, // first\n    ],\n  },\n}\n',
    ".codex/config.toml": '# mine\nmodel = "gpt"\n\n[mcp_servers.other]\ncommand = "x"\n',
    ".codex/AGENTS.md": "# Mine\r\nBe brief.\r\n",
    ".gemini/settings.json": '\ufeff{"theme": "dark"}',
}


def router(home: Path, *words: str, code: int = 0, cwd: Path | None = None) -> str:
    """The program's output in a home of its own."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LLM_ROUTER_HOME": str(home / ".llm-router")}
    done = subprocess.run(
        [sys.executable, "-c", "from router.faces.cli.main import run; run()", *words],
        env=environ,
        cwd=cwd or home,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    return (done.stdout + done.stderr).decode()


def files(home: Path) -> dict[str, bytes]:
    """Everything below the home but the router's own folder."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".llm-router" not in path.relative_to(home).parts
    }


def folders(home: Path) -> set[str]:
    return {str(p.relative_to(home)) for p in home.rglob("*") if p.is_dir() and ".llm-router" not in p.parts}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "a home"
    for name, text in THEIRS.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return home


def test_all_hosts_installed_twice_and_undone_leave_nothing(home: Path) -> None:
    before, dirs = files(home), folders(home)
    router(home, "install", "--host", "all")
    installed = files(home)
    assert set(before) < set(installed)
    assert all(installed[name] != before[name] for name in THEIRS)
    assert "changed" not in router(home, "install", "--host", "all").replace("unchanged", "")
    assert files(home) == installed
    router(home, "uninstall")
    assert files(home) == before
    assert folders(home) == dirs


@pytest.mark.parametrize("name", HOST_NAMES)
def test_a_host_is_undone_alone_and_the_others_stay(home: Path, name: str) -> None:
    before, user = files(home), home / ".llm-router"
    machine = this_machine({"HOME": str(home), "PATH": ""})
    edits = wanted(machine, HOSTS)
    for host in HOST_NAMES:
        if host != name:
            install(user, {host: edits[host]})
    others = files(home)
    steps = install(user, {name: edits[name]})
    assert steps and not any(step.refused for step in steps)
    uninstall(user, [name])
    assert files(home) == others
    install(user, {name: edits[name]})
    uninstall(user, [host for host in HOST_NAMES if host != name])
    alone = files(home)
    assert alone != before
    uninstall(user, [name])
    assert files(home) == before


@pytest.mark.slow
def test_what_the_person_wrote_between_stays_and_ours_goes(home: Path) -> None:
    router(home, "install", "--host", "all")
    edits = {
        ".claude/settings.json": ("  // mine\n", '  // mine, still\n  "model": "opus",\n'),
        ".codex/config.toml": ('model = "gpt"', 'model = "other" # better'),
        ".codex/AGENTS.md": ("Be brief.", "Be long."),
        ".gemini/settings.json": ('"theme": "dark"', '"theme": "light"'),
        ".claude.json": ('"numStartups": 3', '"numStartups": 4'),
    }
    for name, (old, new) in edits.items():
        path = home / name
        text = path.read_bytes().decode()
        assert text.count(old) == 1
        path.write_bytes(text.replace(old, new).encode())
    router(home, "uninstall")
    assert files(home) == {
        name: text.replace(*edits.get(name, ("", ""))).encode() for name, text in THEIRS.items()
    }


def test_a_dry_run_shows_the_changes_writes_nothing_and_keeps_keys_to_itself(home: Path) -> None:
    (home / ".gemini/settings.json").write_text('{\n  "apiKey": "sk-abcdefghijklmnopqrstuvwx"\n}\n')
    before = files(home)
    shown = router(home, "install", "--host", "all", "--dry-run")
    assert files(home) == before
    assert not (home / ".llm-router").exists()
    assert '+    "llm-router": {' in shown
    assert "sk-abcdefghijklmnopqrstuvwx" not in shown


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_left_and_named_and_the_rest_is_done(home: Path) -> None:
    broken = home / ".gemini/settings.json"
    broken.write_text('{"theme": "dark"')
    shown = router(home, "install", "--host", "all", code=1)
    assert f"refused   {broken}: line 1, column 17: the end of the file is not expected here" in shown
    assert broken.read_text() == '{"theme": "dark"'
    assert tomllib.loads((home / ".codex/config.toml").read_text())["mcp_servers"]["llm-router"]["args"] == [
        "mcp"
    ]


@pytest.mark.slow
def test_what_is_written_names_programs_that_exist(home: Path) -> None:
    router(home, "install", "--host", "all")
    servers = json.loads((home / ".claude.json").read_text())["mcpServers"]
    assert servers["other"] == {"command": "x"}
    assert Path(servers["llm-router"]["command"]).is_file()
    config = tomllib.loads((home / ".codex/config.toml").read_text())
    assert (config["model"], config["mcp_optional_startup_grace_ms"]) == ("gpt", 10_000)
    codex = config["mcp_servers"]
    assert codex["llm-router"]["default_tools_approval_mode"] == "approve"
    assert codex["other"] == {"command": "x"}


@pytest.mark.slow
def test_a_project_gets_files_of_its_own_and_a_link_out_of_it_is_refused(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / ".gemini").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere").mkdir()
    before = files(home)
    shown = router(home, "install", "--host", "all", "--project", cwd=project, code=1)
    assert f"refused   {project}/.gemini/settings.json: it is a link that leads out" in shown
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert files(home) == before
    assert json.loads((project / ".mcp.json").read_text())["mcpServers"]["llm-router"]["type"] == "stdio"
    router(home, "uninstall")
    assert sorted(path.name for path in project.iterdir()) == [".gemini", ".git"]


@pytest.mark.slow
def test_purging_removes_the_routers_folder_too(home: Path) -> None:
    router(home, "install", "--host", "codex")
    assert (home / ".llm-router").stat().st_mode & 0o777 == 0o700
    router(home, "uninstall", "--purge")
    assert not (home / ".llm-router").exists()


def test_an_unknown_host_is_wrong_usage(home: Path) -> None:
    assert "unknown host `emacs`; one of claude-code," in router(home, "install", "--host", "emacs", code=2)
    assert "unknown host `emacs`; one of claude-code," in router(home, "uninstall", "--host", "emacs", code=2)
