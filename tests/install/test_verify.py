"""`verify` tries what is installed, names what is broken, and leaves no trace in the records."""

import json
from pathlib import Path

import pytest

from router.hosts.install.probe import call_server, commands_in, missing_from, run_hook
from tests.install.test_install import files, router


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "a home"
    home.mkdir()
    return home


def findings(shown: str) -> dict[tuple[str, str], dict[str, object]]:
    return {(one["host"], one["what"]): one for one in json.loads(shown)["findings"]}


@pytest.mark.slow
def test_installed_hooks_and_servers_are_run_and_what_is_gone_is_broken(home: Path) -> None:
    keys = home / ".llm-router" / ".env"
    keys.parent.mkdir()
    keys.write_text("GROQ_API_KEY=gsk_" + "a" * 40 + "\n")
    router(home, "install", "--host", "codex")
    before, records = files(home), sorted((home / ".llm-router").rglob("*"))
    found = findings(router(home, "verify", "--json"))
    assert found["policy", "policy"]["state"] == "ok"
    assert found["codex", "MCP server"]["state"] == "ok"
    prompt = found["codex", "UserPromptSubmit"]
    assert prompt["state"] == "ok"
    assert "llm_query" in json.loads(str(prompt["detail"]))["hookSpecificOutput"]["additionalContext"]
    assert found["codex", "trust"]["state"] == "note"
    assert files(home) == before
    assert list((home / ".llm-router" / "spool").glob("*")) == []
    assert records

    hooks = home / ".codex" / "hooks.json"
    hooks.write_text(hooks.read_text().replace("hooks/prompt.py", "hooks/gone.py"))
    (home / ".codex" / "config.toml").unlink()
    found = findings(router(home, "verify", "--json", code=1))
    assert found["codex", str(hooks)]["state"] == "broken"
    assert found["codex", str(home / ".codex" / "config.toml")]["detail"] == (
        "No such file or directory; `llm-router install --host codex` puts it right"
    )


@pytest.mark.slow
def test_trust_in_hooks_of_the_person_is_not_trust_in_ours(home: Path) -> None:
    folder = home / ".codex"
    folder.mkdir()
    hooks, config = folder / "hooks.json", folder / "config.toml"
    theirs = {"hooks": [{"type": "command", "command": "true"}]}
    hooks.write_text(json.dumps({"hooks": {"UserPromptSubmit": [theirs], "Stop": [theirs]}}))
    router(home, "install", "--host", "codex")
    given = config.read_text()

    def said(*trusted: tuple[str, int]) -> object:
        keys = [f"{hooks}:{event}:{at}:0" for event, at in trusted]
        config.write_text(given + "".join(f'[hooks.state."{key}"]\ntrusted_hash = "x"\n' for key in keys))
        return findings(router(home, "verify", "--json"))["codex", "trust"]["detail"]

    others = [(event, 0) for event in ("session_start", "pre_tool_use", "post_tool_use", "session_end")]
    assert said(("user_prompt_submit", 0), *others) == (
        "Codex skips UserPromptSubmit until you accept them in `/hooks`"
    )
    assert said(("user_prompt_submit", 1), *others) == "Codex was told to trust the hooks"


@pytest.mark.slow
def test_nothing_installed_is_said_and_is_no_fault(home: Path) -> None:
    assert "nothing is installed" in router(home, "doctor")


@pytest.mark.slow
def test_a_policy_with_errors_is_broken(home: Path) -> None:
    project = home / "project"
    (project / ".llm-router").mkdir(parents=True)
    (project / ".llm-router" / "policy.rules").write_text("rule x\n  rout to\n")
    shown = router(home, "verify", code=1, cwd=project)
    assert "BROKEN policy" in shown


def test_commands_are_found_in_every_shape_and_missing_programs_named() -> None:
    shapes = {
        "exec": {"hooks": [{"command": "/p y", "args": ["-I", "/a b.py"]}]},
        "shell": {"hooks": [{"command": "'/p y' -I '/a b.py'"}]},
        "bash": {"bash": "'/p y' -I '/a b.py' || true", "powershell": "x"},
        "list": {"command": ["/p y", "-I", "/a b.py"]},
    }
    for value in shapes.values():
        assert commands_in(value) == [["/p y", "-I", "/a b.py"]]
    assert missing_from(["/p y", "/a b.py"]) == "/p y"
    assert missing_from(["/bin/sh", "/a b.py"]) == "/a b.py"
    assert missing_from(["/bin/sh"]) is None


def test_hooks_and_servers_that_fail_say_how(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin"}
    assert run_hook(["/bin/sh", "-c", "exit 3"], {}, environ, tmp_path, 5).fault == "it ended with 3"
    slow = run_hook(["/bin/sh", "-c", "sleep 5"], {}, environ, tmp_path, 0.1)
    assert slow.code is None and slow.fault == "it took longer than the host waits, 0.1 s"
    assert (
        run_hook(["/nowhere"], {}, environ, tmp_path, 5).fault
        == "it cannot be started: No such file or directory"
    )
    assert call_server(["/bin/true"], "x", environ, tmp_path).fault == "it ended without a list of tools"
    assert (
        call_server(["/nowhere"], "x", environ, tmp_path).fault
        == "it cannot be started: No such file or directory"
    )
