"""What a critical person would try: folders with blanks, a repository's own files, a file that cannot be read, hostile folders."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from router.base.clock import system_clock
from router.hosts.files.registry import HOSTS, choose, wanted
from router.hosts.install.apply import install, plan_in
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine, this_machine
from router.hosts.install.plan import preview
from router.record.provider_list import read_providers
from tests.install.test_install import files, router


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "a home"
    home.mkdir()
    return home


def edits_of(name: str, machine: Machine) -> tuple[Edit, ...]:
    (host,) = choose(machine, name)
    return host.edits(machine)


def machine_in(home: Path, command: str = "/usr/bin/llm-router", project: Path | None = None) -> Machine:
    return replace(this_machine({"HOME": str(home), "PATH": ""}, project), command=command, args=("mcp",))


@pytest.mark.slow
def test_a_file_that_was_refused_is_broken_afterwards(home: Path) -> None:
    settings = home / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{ "a": ', encoding="utf-8")
    assert "refused" in router(home, "install", "--host", "claude-code", code=1)
    found = json.loads(router(home, "verify", "--host", "claude-code", "--json", code=1))["findings"]
    (broken,) = [one for one in found if one["state"] == "broken"]
    assert (broken["what"], broken["detail"]) == (str(settings), "line 1, column 8: the end of the file is not expected here")
    settings.write_text("{}\n", encoding="utf-8")
    shown = router(home, "doctor", "--host", "claude-code", code=1)
    assert "holds none of our entries; `llm-router install --host claude-code` writes them" in shown
    router(home, "install", "--host", "claude-code")
    assert "BROKEN" not in router(home, "verify", "--host", "claude-code")


@pytest.mark.slow
def test_a_repositorys_files_are_undone_alone(home: Path) -> None:
    project = home / "my project"
    (project / ".git").mkdir(parents=True)
    router(home, "install", "--host", "codex")
    mine = files(home)
    router(home, "install", "--host", "codex", "--project", cwd=project)
    assert (project / "AGENTS.md").exists()
    assert "AGENTS.md" in router(home, "uninstall", "--project", "--dry-run", cwd=project)
    router(home, "uninstall", "--project", "--purge", code=2, cwd=project)
    router(home, "uninstall", "--project", cwd=project)
    assert files(home) == mine
    assert sorted(path.name for path in project.iterdir()) == [".git"]


@pytest.mark.slow
def test_installing_leaves_word_of_who_can_be_called(home: Path) -> None:
    (home / ".llm-router").mkdir()
    (home / ".llm-router" / ".env").write_text("GROQ_API_KEY=gsk_" + "a" * 40 + "\n", encoding="utf-8")
    router(home, "install", "--host", "codex")
    listed = read_providers(home / ".llm-router", system_clock().timestamp())
    assert listed is not None and "groq" in listed and "openai" not in listed
    subprocess.run(
        [sys.executable, "-c", "from router.faces.cli.main import run; run()", "setup", "openai"], input=b"sk-" + b"b" * 40,
        env={"HOME": str(home), "PATH": ""}, check=True, capture_output=True,
    )  # fmt: skip
    assert read_providers(home / ".llm-router", system_clock().timestamp()) is None


def test_the_server_runs_no_module_of_the_folder_it_is_started_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = home / "python"
    link.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(link))
    machine = this_machine({"HOME": str(home), "PATH": ""})
    monkeypatch.undo()
    assert machine.command == str(link) and machine.args[-1] == "mcp"
    hostile = home / "cloned"
    for name in ("router", "json"):
        (hostile / name).mkdir(parents=True)
        (hostile / name / "__init__.py").write_text("open('pwned', 'w').close()\n", encoding="utf-8")
    command = [sys.executable, *machine.args[:-1], "--version"]
    done = subprocess.run(command, cwd=hostile, env={"HOME": str(home)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not (hostile / "pwned").exists()


def test_trae_gets_a_projects_command_without_blanks(home: Path) -> None:
    project = home / "project"
    blank = edits_of("trae", machine_in(home, "/opt/my tools/llm-router", project))[0]
    plain = edits_of("trae", machine_in(home, "/opt/llm-router", project))[0]
    assert blank.value == {"command": NAME, "args": ["mcp"]} and plain.value["command"] == "/opt/llm-router"
    own = edits_of("trae", machine_in(home, "/opt/my tools/llm-router"))[0]
    assert own.value["command"] == "/opt/my tools/llm-router"


def test_windsurfs_older_agent_is_told_where_it_is_in_use(home: Path) -> None:
    older = home / ".codeium" / "windsurf"
    assert not [edit for edit in edits_of("windsurf", machine_in(home)) if edit.file.is_relative_to(older)]
    older.mkdir(parents=True)
    found = [edit.file for edit in edits_of("windsurf", machine_in(home)) if edit.file.is_relative_to(older)]
    assert found == [older / "mcp_config.json", older / "memories" / "global_rules.md"]


@pytest.mark.parametrize("host", [host.name for host in HOSTS])
def test_a_preview_writes_nothing_and_says_what_installing_then_does(home: Path, host: str) -> None:
    machine, user = machine_in(home), home / ".llm-router"
    edits = wanted(machine, choose(machine, host))
    shown = "\n".join(preview(step) for step in plan_in(user, edits) if step.changes)
    assert files(home) == {}
    install(user, edits)
    written = files(home)
    assert written and all(f"+++ {home / name}" in shown for name in written)
    added = {line[1:] for line in shown.splitlines() if line.startswith("+") and not line.startswith("+++")}
    assert all(line in added for data in written.values() for line in data.decode().splitlines())
    assert not [step for step in plan_in(user, edits) if step.changes]
