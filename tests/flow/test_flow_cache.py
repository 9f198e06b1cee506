"""The cache of decision tables: used when nothing changed, rebuilt whenever anything is doubtful."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_world import Shell

from router import Router
from router.base.failures import PolicyError
from router.base.places import find_places
from router.engine.load import Wanted, from_cache

ASK = ("test", "x", "--task", "code", "--complexity", "simple", "--json")


def first(shell: Shell) -> str:
    model: str = shell.run(*ASK).plain["chain"][0]
    return model


def pin(shell: Shell, model: str = "openai/gpt-6-luna", name: str = "a") -> None:
    shell.write(f"repo/.llm-router/{name}.rules", f"rule {name} route to {model}\n")


def cached(shell: Shell) -> bool:
    """Whether the next decision is made by a cached table."""
    return from_cache(Wanted(find_places(os.environ, shell.repo)), os.environ, 0.0) is not None


def tables(shell: Shell) -> list[Path]:
    return sorted((shell.home / ".llm-router" / "cache" / "tables").glob("*.table"))


def manifests(shell: Shell) -> list[Path]:
    return sorted((shell.home / ".llm-router" / "cache" / "manifests").glob("*.json"))


def test_second_decision_is_made_by_the_cached_table(shell: Shell) -> None:
    pin(shell)
    assert not cached(shell)
    whole = shell.run(*ASK).plain
    assert cached(shell) and len(tables(shell)) == len(manifests(shell)) == 1
    assert shell.run(*ASK).plain == whole


def test_cache_is_private(shell: Shell) -> None:
    first(shell)
    for path in (*tables(shell), *manifests(shell)):
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def edit_same_size_and_time(shell: Shell) -> None:
    path = shell.repo / ".llm-router" / "a.rules"
    status = path.stat()
    path.write_text(path.read_text("utf-8").replace("gpt-6-luna", "gpt-6-sola"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGES: dict[str, Callable[[Shell], object]] = {
    "edited": lambda s: pin(s, "mistral/codestral-latest"),
    "new rule file": lambda s: pin(s, "mistral/codestral-latest", "A"),
    "removed rule file": lambda s: (s.repo / ".llm-router" / "a.rules").unlink(),
    "renamed rule file": lambda s: (s.repo / ".llm-router" / "a.rules").rename(s.repo / ".llm-router" / "b.rules"),
    "new YAML": lambda s: s.write("repo/.llm-router.yml", "profile: premium\n"),
    "new user YAML": lambda s: s.write("user/routing.yaml", "profile: premium\n"),
    "new user rules": lambda s: s.write("user/rules/x.rules", "rule u tag x\n"),
    "learned rules": lambda s: s.write("user/learned.rules", "rule l tag x\n"),
    "environment": lambda s: s.patch.setenv("LLM_ROUTER_PROFILE", "premium"),
    "budget in the environment": lambda s: s.patch.setenv("LLM_ROUTER_BUDGET_OPENAI", "5"),
    "organisation": lambda s: s.patch.setenv("LLM_ROUTER_ORG_POLICY", str(s.write("org/p.yaml", "profile: budget\n"))),
    "replaced by a folder": lambda s: (
        (s.repo / ".llm-router" / "a.rules").unlink(), (s.repo / ".llm-router" / "a.rules").mkdir()
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_the_sources_makes_the_table_stale(shell: Shell, change: str) -> None:
    pin(shell)
    first(shell)
    assert cached(shell)
    CHANGES[change](shell)
    assert not cached(shell)


@pytest.mark.parametrize(
    ("change", "model"),
    [("edited", "mistral/codestral-latest"), ("new rule file", "mistral/codestral-latest")],
)
def test_decision_follows_the_change(shell: Shell, change: str, model: str) -> None:
    pin(shell)
    assert first(shell) == "openai/gpt-6-luna"
    CHANGES[change](shell)
    assert first(shell) == model


def test_edit_that_keeps_size_and_time_is_seen(shell: Shell) -> None:
    pin(shell)
    assert first(shell) == "openai/gpt-6-luna"
    edit_same_size_and_time(shell)
    assert not cached(shell)


def test_going_back_gives_the_old_decision(shell: Shell) -> None:
    pin(shell)
    before = first(shell)
    pin(shell, "mistral/codestral-latest")
    assert first(shell) != before
    pin(shell)
    assert first(shell) == before


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "one bit in the middle": lambda data: (
        data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
    ),
    "one bit at the end": lambda data: data[:-1] + bytes([data[-1] ^ 128]),
    "one bit at the start": lambda data: bytes([data[0] ^ 4]) + data[1:],
    "longer": lambda data: data + b"x",
    "foreign": lambda data: b"PK\x03\x04" + os.urandom(2000),
    "JSON of something else": lambda data: b'{"a": 1}',
    "a JSON list": lambda data: b"[]",
    "nested JSON": lambda data: b"[" * 100_000,
    "a number": lambda data: b"7",
    "text that is no UTF-8": lambda data: b"\xff\xfe",
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", ["table", "manifest"])
def test_damaged_cache_is_rebuilt_and_never_trusted(shell: Shell, which: str, damage: str) -> None:
    pin(shell)
    whole = shell.run(*ASK).plain
    [path] = tables(shell) if which == "table" else manifests(shell)
    good = path.read_bytes()
    path.write_bytes(DAMAGES[damage](good))
    assert not cached(shell)
    ran = shell.run(*ASK)
    assert (ran.code, ran.err) == (0, "")
    assert ran.plain == whole
    assert cached(shell)


def test_manifest_with_any_byte_flipped_is_not_used(shell: Shell) -> None:
    pin(shell)
    first(shell)
    [path] = manifests(shell)
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert not cached(shell), at
    path.write_bytes(good)
    assert cached(shell)


def test_table_of_another_policy_in_its_place_is_not_used(shell: Shell) -> None:
    pin(shell)
    first(shell)
    [mine] = tables(shell)
    pin(shell, "mistral/codestral-latest")
    first(shell)
    [other] = [path for path in tables(shell) if path != mine]
    other.write_bytes(mine.read_bytes())
    assert first(shell) == "mistral/codestral-latest"


@pytest.mark.parametrize("what", ["file", "link", "missing"])
def test_cache_that_cannot_be_written_only_costs_time(shell: Shell, what: str) -> None:
    pin(shell)
    place = shell.home / ".llm-router" / "cache"
    place.parent.mkdir()
    if what == "file":
        place.write_text("in the way", "utf-8")
    elif what == "link":
        place.symlink_to(shell.root / "nowhere" / "at" / "all")
    else:
        shell.patch.setenv("XDG_CACHE_HOME", "/proc/nonexistent")
    assert first(shell) == first(shell) == "openai/gpt-6-luna"


def test_read_only_cache_still_serves(shell: Shell) -> None:
    pin(shell)
    first(shell)
    [table] = tables(shell)
    for folder in (table.parent, manifests(shell)[0].parent):
        folder.chmod(0o500)
    assert first(shell) == "openai/gpt-6-luna"
    for folder in (table.parent, manifests(shell)[0].parent):
        folder.chmod(0o700)


@pytest.mark.parametrize(
    "text", ["rule a tga x\n", "rule a deny provider nosuch\n", "let a = a\nrule x tag y when a\n"]
)
def test_policy_with_errors_is_never_cached_and_stays_refused(shell: Shell, text: str) -> None:
    pin(shell)
    first(shell)
    before = tables(shell)
    shell.rules(text)
    for _ in range(2):
        assert shell.run(*ASK).code == 1
        with pytest.raises(PolicyError):
            Router.load(shell.repo)
    assert tables(shell) == before and not cached(shell)


def test_only_so_many_tables_are_kept(shell: Shell) -> None:
    for number in range(34):
        shell.patch.setenv("LLM_ROUTER_DAILY_SPEND_LIMIT", str(number + 1))
        Router.load(shell.repo)
    assert len(tables(shell)) <= 32
    assert cached(shell)


def test_other_repositories_do_not_share_a_table(shell: Shell) -> None:
    pin(shell)
    assert first(shell) == "openai/gpt-6-luna"
    shell.write("home/work/other/.llm-router/a.rules", "rule a route to mistral/codestral-latest\n")
    shell.patch.chdir(shell.root / "home/work/other")
    assert first(shell) == "mistral/codestral-latest"
    shell.patch.chdir(shell.repo)
    assert first(shell) == "openai/gpt-6-luna"


def test_threads_that_load_at_once_agree(shell: Shell) -> None:
    pin(shell)
    seen: list[tuple[str, ...]] = []

    def load() -> None:
        seen.append(Router.load(shell.repo).decide("x", task="code", complexity="simple").chain)

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [("openai/gpt-6-luna",)] * 8 and cached(shell)


@pytest.mark.slow
def test_processes_that_write_at_once_leave_a_whole_table(shell: Shell) -> None:
    pin(shell)
    code = "from router import Router; print(Router.load('.').decide('x', task='code', complexity='simple').chain)"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=shell.repo, env=env, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    assert [each.communicate()[0].strip() for each in running] == ["('openai/gpt-6-luna',)"] * 3
    assert cached(shell)
    left = [path for path in (shell.home / ".llm-router" / "cache").rglob("*") if path.is_file()]
    assert sorted((path.parent.name, path.suffix) for path in left if path.parent.name != "filters") == [
        ("manifests", ".json"),
        ("tables", ".table"),
    ]
