"""Keys, modes and memory go where they belong, and no key is ever shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.install.test_install import files, router

KEY = "sk-test-0123456789abcdefghijkl"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "a home"
    home.mkdir()
    return home


def piped(home: Path, text: str, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from router.faces.cli.main import run; run()", *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        cwd=home,
        input=text.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return (done.stdout + done.stderr).decode()


@pytest.mark.slow
def test_a_key_is_kept_replaced_and_removed_and_never_shown(home: Path) -> None:
    file = home / ".llm-router" / ".env"
    file.parent.mkdir()
    file.write_text("# mine\nOTHER=1\nexport OPENAI_API_KEY=old\nLAST='x y'")
    shown = piped(home, f"{KEY}\n", "setup", "openai")
    assert KEY not in shown and "kept OPENAI_API_KEY" in shown
    assert file.read_text() == f"# mine\nOTHER=1\nOPENAI_API_KEY={KEY}\nLAST='x y'"
    assert file.stat().st_mode & 0o777 == 0o600
    listed = piped(home, "", "setup")
    assert "ready   openai       ~/.llm-router/.env" in listed and KEY not in listed
    piped(home, "", "setup", "openai", "--remove")
    assert file.read_text() == "# mine\nOTHER=1\nLAST='x y'"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "  \n", "two words", "a'b", "a\nb"])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(home: Path, text: str) -> None:
    shown = piped(home, text, "setup", "openai", code=2)
    assert "key" in shown
    assert not text.strip() or text not in shown
    assert not (home / ".llm-router" / ".env").exists()


@pytest.mark.slow
def test_onboarding_writes_the_mode_and_keeps_the_rest_of_the_layer(home: Path) -> None:
    layer = home / ".llm-router" / "routing.yaml"
    layer.parent.mkdir()
    layer.write_text("# mine\nenforce: enforce # loud\n")
    shown = router(home, "onboard", "--mode", "shadow")
    assert shown.startswith("mode shadow: only records")
    assert layer.read_text() == "# mine\nenforce: shadow\n"
    assert "say `--mode`" in piped(home, "", "onboard", code=2)


@pytest.mark.slow
def test_memory_names_providers_without_keys_and_uninstall_takes_it_out(home: Path) -> None:
    memory = home / ".claude" / "CLAUDE.md"
    memory.parent.mkdir()
    memory.write_text("Be brief.\n")
    piped(home, KEY, "setup", "openai")
    piped(home, "", "init-claude-memory")
    assert "- OpenAI: " in memory.read_text() and KEY not in memory.read_text()
    assert memory.read_text().startswith("Be brief.\n")
    router(home, "uninstall")
    assert memory.read_text() == "Be brief.\n"


@pytest.mark.slow
def test_an_update_writes_anew_what_is_installed_and_nothing_else(home: Path) -> None:
    router(home, "install", "--host", "codex")
    config = home / ".codex" / "config.toml"
    good = files(home)
    config.write_text(config.read_text().replace("args = [", 'args = ["--old", '))
    assert "changed" in router(home, "update")
    assert files(home) == good
    assert "changed" not in router(home, "update").replace("unchanged", "")


@pytest.mark.slow
def test_a_quickstart_installs_what_is_found_and_says_what_comes_next(home: Path) -> None:
    (home / ".codex").mkdir()
    shown = router(home, "quickstart")
    assert str(home / ".codex" / "config.toml") in shown
    assert "3. a decision" in shown and "llm-router uninstall" in shown
