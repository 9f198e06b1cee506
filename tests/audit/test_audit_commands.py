"""The commands of the audit log, on real decisions in a real store."""

import csv
import io
import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from router.ops.audit_export import COLUMNS, cell
from tests.audit.shell import PROMPTS, Shell, lines


def tamper(shell: Shell, statement: str) -> None:
    with sqlite3.connect(shell.store) as connection:
        assert connection.execute(statement).rowcount > 0


@pytest.mark.parametrize("command", ["list", "stats", "verify", "export"])
def test_before_anything_is_recorded_every_command_says_so_and_makes_nothing(shell: Shell, command: str) -> None:
    code, out, err = shell.run("audit", command)
    assert (code, err) == (0, "")
    assert out in ("nothing is recorded yet\n", "no event fits\n", "")
    assert not shell.store.exists()


def test_list_shows_the_newest_first(shell: Shell) -> None:
    ids = shell.record(*PROMPTS)
    code, out, _ = shell.run("audit", "list", "--limit", "3")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["6", "5", "4"]
    found = shell.plain("audit", "list")["events"]
    assert [event["seq"] for event in found] == [6, 5, 4, 3, 2, 1]
    assert [event["decision_id"] for event in found[::2]] == ids[::-1]


FILTERS = [
    (("kind=outcome",), [6, 4, 2]),
    (("kind=outcome", "cost_usd>0.5"), [6, 4]),
    (("cost_usd>=0.5", "cost_usd<2"), [4, 2]),
    (("user=ada",), [6, 5, 4, 3, 2, 1]),
    (("user=eve",), []),
    (("user!=ada",), []),
    (("facts.branch=main",), [5, 3, 1]),
    (("facts.path=src/a.py",), [5, 3, 1]),
    (("facts.prompt.tokens>5",), [5, 1]),
    (("decision.judgement.source=classifier",), [5, 3, 1]),
    (("task=query",), [4, 3]),
    (("kind=decision", "task!=query"), [5, 1]),
    (("seq<=2",), [2, 1]),
    (("prompt.kept=hash",), [5, 3, 1]),
    (("failure=null", "kind=outcome"), [6, 4, 2]),
    (("estimated=false",), [6, 4, 2]),
    (("decision.rules=[\"route\", \"by-tier\"]",), [5, 3, 1]),
]


@pytest.mark.parametrize(("where", "expected"), FILTERS)
def test_a_filter_on_any_field(shell: Shell, where: tuple[str, ...], expected: list[int]) -> None:
    shell.record(*PROMPTS)
    words = [word for one in where for word in ("--where", one)]
    assert [event["seq"] for event in shell.plain("audit", "list", *words)["events"]] == expected


def test_bounds_in_time(shell: Shell) -> None:
    shell.record(*PROMPTS)
    found = shell.plain("audit", "list", "--since", "2026-03-02T10:00+00:00", "--until", "2026-03-02T11:00:00Z")
    assert [event["seq"] for event in found["events"]] == [4, 3]
    assert shell.plain("audit", "list", "--until", "2020-01-01")["events"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "usr=ada"), "an event has no field `usr`; did you mean `user`?"),
        (("--where", "user"), "`--where` takes FIELD=VALUE"),
        (("--since", "yesterday"), "`--since` takes 30m, 12h, 7d, 2w or a date"),
        (("--since", "99999999999999d"), "`--since` takes"),
    ],
)
def test_a_filter_that_is_none_is_wrong_usage(shell: Shell, words: tuple[str, ...], said: str) -> None:
    code, _, err = shell.run("audit", "list", *words)
    assert code == 2 and said in err


def test_show_says_why_what_was_tried_and_what_it_cost(shell: Shell) -> None:
    ids = shell.record(*PROMPTS)
    code, out, _ = shell.run("audit", "show", ids[1][:10])
    assert code == 0
    assert f"decision {ids[1]}: route, query/simple" in out
    assert "by-tier (built-in, built-in/defaults.rules:" in out
    assert "cost     $1.50 of $0.2500 estimated" in out
    assert "os.path.join" not in out
    assert shell.run("audit", "show", "last")[1].startswith("2026-03-02T11:00:00")


@pytest.mark.parametrize("key", ["nothing", "%", "' OR 1=1 --", "é\u200b"])
def test_an_unknown_id_is_one_clear_line(shell: Shell, key: str) -> None:
    shell.record(PROMPTS[0])
    code, out, err = shell.run("audit", "show", key)
    assert (code, out) == (1, "") and "is recorded" in err and err.count("\n") == 1


def test_a_kept_prompt_cannot_act_on_a_terminal(shell: Shell) -> None:
    shell.record("what is \x1b[31mred\x1b[0m\nhere", kept="text")
    _, out, _ = shell.run("audit", "show", "last")
    assert "\x1b" not in out and "\\u001b[31mred" in out


def test_stats_count_and_sum(shell: Shell) -> None:
    shell.record(*PROMPTS)
    found = shell.plain("audit", "stats", "--by", "kind", "--by", "facts.branch")
    assert found["total"] == {"events": 6, "estimated_usd": 0.75, "cost_usd": 4.5, "unpriced": 0}
    assert found["by"]["kind"]["outcome"] == {"events": 3, "estimated_usd": 0.75, "cost_usd": 4.5, "unpriced": 0}
    assert found["by"]["facts.branch"]["main"]["events"] == 3


def test_export_gives_every_event_the_oldest_first(shell: Shell) -> None:
    shell.record(*PROMPTS)
    _, out, _ = shell.run("audit", "export")
    assert [event["seq"] for event in lines(out)] == [1, 2, 3, 4, 5, 6]
    _, out, _ = shell.run("audit", "export", "--format", "csv", "--where", "kind=outcome")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["cost_usd"] for row in rows] == ["0.5", "1.5", "2.5"]


def test_a_file_of_events_is_private(shell: Shell) -> None:
    shell.record(PROMPTS[0])
    path = shell.root / "out.jsonl"
    code, out, _ = shell.run("audit", "export", "--to", str(path))
    assert (code, len(lines(path.read_text("utf-8")))) == (0, 2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "2 events written" in out


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert cell(text).startswith("'")
    assert cell(-1.5) == "-1.5"


def test_a_formula_as_a_user_stays_text_in_csv(shell: Shell) -> None:
    shell.record(PROMPTS[0], user='=HYPERLINK("http://evil")')
    _, out, _ = shell.run("audit", "export", "--format", "csv")
    first = next(csv.reader(io.StringIO(out.partition("\n")[2])))
    assert first[COLUMNS.index("user")] == "'=HYPERLINK(\"http://evil\")"


def test_verify_says_whole_or_the_first_bad_place(shell: Shell) -> None:
    shell.record(*PROMPTS)
    code, out, _ = shell.run("audit", "verify", "--schema")
    assert (code, out.splitlines()[1]) == (0, "  whole")
    tamper(shell, "UPDATE audit_events SET body = replace(body, 'src/a.py', 'src/b.py') WHERE seq = 3")
    code, out, _ = shell.run("audit", "verify")
    assert code == 1
    assert out.splitlines()[1].startswith("  first bad place: event 3: altered")
    found = shell.plain("audit", "verify")
    assert (found["ok"], found["chains"][0]["faults"][0]["seq"]) == (False, 3)


def test_a_refusal_that_was_cut_off_the_end_shows(shell: Shell) -> None:
    shell.rules("rule never\n  refuse\n  when prompt contains \"zanzibar\"\n")
    for _ in range(2):
        code, _, err = shell.run("ask", "what is zanzibar")
        assert code == 1 and "never" in err
    assert [event["decision"]["outcome"] for event in shell.plain("audit", "list")["events"]] == ["refused", "refused"]
    tamper(shell, "DELETE FROM audit_events WHERE seq = 2")
    tamper(shell, "UPDATE audit_heads SET seq = 1, hash = (SELECT hash FROM audit_events WHERE seq = 1)")
    assert [(fault["seq"], fault["kind"]) for fault in shell.plain("audit", "verify")["chains"][0]["faults"]] == [(2, "cut off")]


def test_a_store_that_was_removed_shows(shell: Shell) -> None:
    shell.record(PROMPTS[0])
    for path in shell.store.parent.glob("usage.db*"):
        path.unlink()
    code, out, _ = shell.run("audit", "verify")
    assert code == 1 and "is gone, although events were recorded in it" in out


def test_another_store_is_another_chain(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.record(PROMPTS[0])
    monkeypatch.setenv("LLM_ROUTER_DB_PATH", str(shell.root / "other.db"))
    assert shell.run("audit", "verify") == (0, "nothing is recorded yet\n", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="a read-only folder is told from a writable one as an ordinary user")
def test_a_store_in_a_folder_that_cannot_be_written_can_be_read(shell: Shell) -> None:
    ids = shell.record(*PROMPTS)
    folder = shell.store.parent
    for name in ("usage.db-wal", "usage.db-shm"):
        (folder / name).unlink(missing_ok=True)
    above = [path for path in folder.parents if "pytest" in str(path)]
    for path in (*folder.rglob("*"), folder, *above):
        path.chmod(0o755 if path.is_dir() else 0o644)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        os.chdir("/")
        code = 1
        try:
            code = shell.run("audit", "show", ids[0])[0] or shell.run("audit", "list")[0]
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_prune_shows_first_and_removes_when_told(shell: Shell) -> None:
    shell.record(*PROMPTS)
    words = ("audit", "prune", "--before", "2026-03-02T10:30+00:00")
    code, out, _ = shell.run(*words)
    assert (code, out) == (0, "would remove 4 events (1 to 4, 2026-03-02 to 2026-03-02); --yes does it\n")
    assert len(shell.plain("audit", "list")["events"]) == 6
    assert shell.plain(*words, "--yes")["removed"] is True
    found = shell.plain("audit", "list")["events"]
    assert [event["seq"] for event in found] == [7, 6, 5]
    assert (found[0]["action"], found[0]["detail"]["events"]) == ("prune", 4)
    assert shell.run("audit", "verify")[0] == 0


def test_prune_goes_by_the_policys_retention(shell: Shell) -> None:
    shell.record(*PROMPTS)
    code, _, err = shell.run("audit", "prune")
    assert code == 2 and "the policy sets no `audit.retention_days`" in err
    (shell.store.parent / "routing.yaml").write_text("audit: {retention_days: 36500}\n", encoding="utf-8")
    code, out, _ = shell.run("audit", "prune")
    assert code == 0 and out.startswith("no event is older than 19")


def test_prune_leaves_a_log_that_is_not_whole_as_it_is(shell: Shell) -> None:
    shell.record(*PROMPTS)
    tamper(shell, "UPDATE audit_events SET body = replace(body, 'src/a.py', 'src/b.py') WHERE seq = 1")
    words = ("audit", "prune", "--before", "2027-01-01", "--yes")
    code, _, err = shell.run(*words)
    assert code == 1 and "nothing was removed, the log is not whole: event 1: altered" in err
    assert len(shell.plain("audit", "list")["events"]) == 6
    assert shell.run(*words, "--force")[0] == 0
    assert [event["seq"] for event in shell.plain("audit", "list")["events"]] == [7]


def test_no_prompt_is_kept_in_any_file_unless_the_policy_says_so(shell: Shell) -> None:
    shell.record("explain the zanzibar consistency model")
    kept = [path for path in shell.root.rglob("*") if path.is_file() and b"zanzibar" in path.read_bytes()]
    assert kept == []


def test_keys_are_private(shell: Shell) -> None:
    shell.record(PROMPTS[0])
    folder = shell.store.parent / "audit"
    modes = {path.name.rpartition(".")[2]: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"json": 0o600, "anchor": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(json.loads((folder / "keys.json").read_text("ascii"))) == {"secret", "signing", "public"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"secret": "00", "signing": "00", "public": "00"}', "\x00"])
def test_damaged_keys_are_one_clear_line(shell: Shell, content: str) -> None:
    shell.record(PROMPTS[0])
    Path(shell.store.parent / "audit" / "keys.json").write_text(content, encoding="utf-8")
    code, _, err = shell.run("audit", "verify")
    assert code == 1 and "the audit log's keys are damaged" in err and err.count("\n") == 1
