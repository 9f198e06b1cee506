"""Raw outputs: kept byte for byte, private, limited; filter files of users and repositories; the commands."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.compress.command import compress
from router.compress.filters import load
from router.compress.raw_store import RawStore
from tests.compress.world import ROOT, places, shipped_filters

TEXT = "".join(f"step {n} does its usual work quietly\n" for n in range(60)) + "error: the lease is gone\n"
START = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_what_was_cut_can_be_read_again_as_it_was(tmp_path: Path) -> None:
    store = RawStore(tmp_path / "raw")
    done = compress("tool", TEXT, 1, filters=shipped_filters(), raw=store)
    assert done.report.handle and f"llm-router raw {done.report.handle}]" in done.text
    assert RawStore(tmp_path / "raw").get(done.report.handle) == TEXT.encode()


def test_bytes_that_are_no_utf8_come_back(tmp_path: Path) -> None:
    body = b"caf\xe9 \xff\xfe" + b"x" * 20
    store = RawStore(tmp_path)
    assert store.get(store.put("tool", body.decode("utf-8", "surrogateescape"), 0)) == body


def test_stored_outputs_are_the_users_alone(tmp_path: Path) -> None:
    store = RawStore(tmp_path / "raw")
    name = store.put("tool", TEXT, 0)
    assert stat.S_IMODE((tmp_path / "raw").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "raw" / f"{name}.raw").stat().st_mode) == 0o600


def test_the_same_output_is_stored_once_and_a_clash_of_ids_loses_nothing(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    name = store.put("tool", TEXT, 0)
    assert store.put("tool", TEXT, 0) == name and len(store.entries()) == 1
    taken = tmp_path / f"{name}.raw"
    taken.write_bytes(taken.read_bytes().replace(b"lease", b"other"))
    second = store.put("tool", TEXT, 0)
    assert second != name and store.get(second) == TEXT.encode() and b"other" in (store.get(name) or b"")


def test_old_outputs_go_and_so_do_the_oldest_beyond_the_size(tmp_path: Path) -> None:
    clock = Hand()
    store = RawStore(tmp_path, clock=clock, max_age_days=2, max_bytes=5_000)
    names = []
    for day in range(4):
        clock.now = START + timedelta(days=day / 2)
        names.append(store.put("tool", f"{day}" * 2_000, 0))
    clock.now = START + timedelta(days=2.2)
    assert set(store.prune()) == {names[0], names[1]}
    assert [entry.id for entry in store.entries()] == [names[3], names[2]]
    assert store.prune(everything=True) == [names[3], names[2]] and store.entries() == []


@pytest.mark.parametrize("name", ["../secret", "", "a/b", "nosuch", "x" * 100])
def test_an_id_that_is_none_reads_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.raw").write_bytes(b"{}\nhidden")
    assert RawStore(tmp_path / "raw").get(name) is None


def test_what_cannot_be_stored_is_not_cut(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    done = compress("tool", TEXT, 1, filters=shipped_filters(), raw=RawStore(blocked / "raw"))
    assert done.text == TEXT and done.report.untouched == "the raw output could not be stored"


def write_filter(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


OWN = "name: own\ncommands: [tool]\ndrop: ['^step']\n"


def test_a_users_filter_is_used_and_a_change_is_seen(tmp_path: Path) -> None:
    home = places(tmp_path)
    path = write_filter(home.user / "filters", OWN)
    assert load(home).all[0].name == "own" and load(home).all[0].drop == ("^step",)
    path.write_text(OWN.replace("^step", "^stage of a longer name"), encoding="utf-8")
    assert load(home).all[0].drop == ("^stage of a longer name",)


def test_a_second_load_reads_the_compiled_file_and_no_yaml(tmp_path: Path) -> None:
    home = places(tmp_path)
    load(home)
    code = (
        "import sys; from pathlib import Path; from router.base.places import Places; from router.compress.filters import load\n"
        f"p = Path({str(tmp_path)!r}); f = load(Places(user=p / 'user', cache=p / 'cache', repo=None, cwd=p))\n"
        "from router.compress.command import compress\n"
        "compress('pytest', open(sys.argv[1]).read(), 1, filters=f, raw=None)\n"
        "print(len(f.all), sorted({'yaml', 'lark', 'jsonschema', 'pydantic', 'litellm', 'tiktoken'} & set(sys.modules)))"
    )
    sample = tmp_path / "sample.txt"
    sample.write_text(TEXT, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", code, str(sample)], cwd=ROOT, capture_output=True, text=True, check=True)
    count, rest = done.stdout.split(" ", 1)
    assert int(count) >= 19 and rest.strip() == "[]"


def test_a_hook_process_with_its_lean_modules_gets_the_same_result(tmp_path: Path) -> None:
    code = (
        "import sys; from router.base.lean import stand_in; stand_in()\n"
        "from pathlib import Path; from router.base.places import Places; from router.compress.filters import load\n"
        "from router.compress.command import compress; from router.compress.raw_store import RawStore\n"
        f"p = Path({str(tmp_path)!r}); f = load(Places(user=p / 'user', cache=p / 'cache', repo=None, cwd=p))\n"
        "done = compress('tool', sys.stdin.read(), 1, filters=f, raw=RawStore(p / 'raw'))\n"
        "sys.stdout.write(done.text + str(len(RawStore(p / 'raw').get(done.report.handle))))"
    )
    load(places(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=TEXT, capture_output=True, text=True, check=True)
    here = compress("tool", TEXT, 1, filters=shipped_filters(), raw=RawStore(tmp_path / "other"))
    assert done.stdout == here.text + str(len(TEXT))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: own\nshorten: [{find: x, to: all good}]\n", "all good"),
        ("name: own\ndrop: ['(']\n", "no RE2 regular expression"),
        ("name: own\ndrop: ['(?<=a)b']\n", "no RE2 regular expression"),
        ("name: own\ndrop_sure: ['error']\n", "built-in filters"),
        ("name: own\nsections: [{start: a, end: b, sure: true}]\n", "built-in filters"),
        ("name: own\nreshape: [nothing]\n", "`nothing` is none of"),
        ("name: own\nrun: rm -rf\n", "run"),
        ("- a list\n", "object"),
        ("name: [unclosed\n", "not a filter"),
        ("", "object"),
    ],
)
def test_a_filter_file_with_a_fault_is_told_and_not_used(tmp_path: Path, text: str, said: str) -> None:
    home = places(tmp_path)
    write_filter(home.user / "filters", text)
    filters = load(home)
    assert "own" not in {item.name for item in filters.all}
    assert [problem.code for problem in filters.problems] == ["R741"]
    assert said in filters.problems[0].message


def run(home: Path, *argv: str, text: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "LLM_ROUTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from router.faces.cli.main import run; run()", *argv]
    return subprocess.run(command, input=text, capture_output=True, text=True, env=environ, cwd=cwd or home.parent, check=False)


def test_a_repositorys_filter_counts_once_it_is_trusted_and_no_longer_when_it_changed(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    path = write_filter(repo / ".llm-router" / "filters", OWN)
    home = places(tmp_path, repo)
    first = load(home)
    assert [problem.code for problem in first.problems] == ["R742"] and "own" not in {item.name for item in first.all}
    done = run(home.user, "compress", "--trust", cwd=repo)
    assert done.returncode == 0 and "own.yaml" in done.stdout
    assert load(home).all[0].name == "own" and load(home).problems == ()
    path.write_text(OWN + "keep: ['x']\n", encoding="utf-8")
    assert [problem.code for problem in load(home).problems] == ["R742"]


@pytest.mark.slow
def test_the_command_shortens_reports_and_gives_the_raw_output_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run(home, "compress", "--command", "tool", "--exit-code", "1", "--report", text=TEXT)
    assert done.returncode == 0 and "error: the lease is gone" in done.stdout and "% less" in done.stdout
    listed = json.loads(run(home, "raw", "list", "--json").stdout)["outputs"]
    assert [(entry["command"], entry["exit_code"], entry["bytes"]) for entry in listed] == [("tool", 1, len(TEXT))]
    name = listed[0]["id"]
    assert run(home, "raw", name).stdout == run(home, "raw", "show", name).stdout == TEXT
    assert name in run(home, "raw", "list").stdout
    assert run(home, "raw", "prune", "--all").stdout == "1 raw output(s) removed\n"
    gone = run(home, "raw", name)
    assert gone.returncode == 1 and gone.stderr.startswith(f"llm-router: no raw output `{name}`")


def test_nothing_is_stored_when_it_is_not_wanted(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "compress", "--command", "tool", "--no-raw", text=TEXT)
    assert "lines cut]" in done.stdout and not (tmp_path / "home" / "raw").exists()
