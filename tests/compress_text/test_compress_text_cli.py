"""`compress answer` and `compress page` as processes: bytes in, bytes out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = "import sys; from router.faces.cli.main import main; sys.exit(main(sys.argv[1:]))"
ANSWER = b"Great question! Run `make`, not `make all`.\n\nI hope this helps!\n"
LEAN = b"Run `make`, not `make all`.\n"


def llm_router(
    home: Path, *words: str, given: bytes = b"", **more: str
) -> subprocess.CompletedProcess[bytes]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LLM_ROUTER_HOME": str(home / "own"), **more}
    command = [sys.executable, "-P", "-c", CODE, *words]
    environ["PYTHONPATH"] = str(ROOT)
    return subprocess.run(command, input=given, env=environ, cwd=home, capture_output=True, check=False)


def test_an_answer_goes_through_and_its_original_comes_back(tmp_path: Path) -> None:
    done = llm_router(tmp_path, "compress", "answer", "--json", given=ANSWER)
    report = json.loads(done.stdout)["report"]
    assert (done.returncode, report["removed"], report["reached"]) == (0, {"greeting": 1, "closing": 1}, None)
    assert json.loads(done.stdout)["text"].encode() == LEAN
    assert llm_router(tmp_path, "raw", report["handle"]).stdout == ANSWER


def test_the_target_comes_from_the_environment_or_the_option(tmp_path: Path) -> None:
    variable = {"LLM_ROUTER_COMPRESS_TARGET": "20%"}
    words = ("compress", "answer", "--report", "--no-raw")
    reached = llm_router(tmp_path, *words, given=ANSWER, **variable)
    missed = llm_router(tmp_path, *words, "--target", "0.99", given=ANSWER, **variable)
    assert (
        reached.stdout.startswith(LEAN + b"-- 64 -> 28 characters")
        and b"target 20% reached" in reached.stdout
    )
    assert missed.stdout.startswith(LEAN) and b"target 99% not reached" in missed.stdout
    assert not (tmp_path / "own" / "raw").exists()


@pytest.mark.parametrize("words", [("compress", "answer"), ("compress", "page")])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no end of line",
        b"\xff\xfe Great question! Go.\n",
        b"\x00\x01" * 500,
        b"a\r\nb\r\n",
        b"x" * 1_000_000,
    ],
    ids=["empty", "no newline", "no UTF-8", "binary", "CRLF", "one line"],
)
def test_what_is_not_shortened_leaves_to_the_byte(
    tmp_path: Path, words: tuple[str, ...], data: bytes
) -> None:
    done = llm_router(tmp_path, *words, given=data)
    assert (done.returncode, done.stdout, done.stderr) == (0, data, b"")


def test_a_page_becomes_an_outline(tmp_path: Path) -> None:
    page = "".join(
        f'- generic [ref=e{n}]:\n  - button "Go {n}" [ref=f{n}] [cursor=pointer]\n' for n in range(20)
    )
    done = llm_router(tmp_path, "compress", "page", given=page.encode())
    lines = done.stdout.decode().splitlines()
    assert lines[1:] == [f'button "Go {n}" f{n}' for n in range(20)]
    handle = lines[0].rpartition(" ")[2].rstrip("]")
    assert llm_router(tmp_path, "raw", handle).stdout == page.encode()


def test_half_a_surrogate_pair_in_a_page_is_no_character(tmp_path: Path) -> None:
    page = '- generic [ref=e1]: "half \\ud83d and \\ud83d\\ude00 whole"\n' * 20
    done = llm_router(tmp_path, "compress", "page", given=page.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines()[1] == "half ? and \U0001f600 whole"


def test_a_target_that_is_no_share_is_one_line(tmp_path: Path) -> None:
    done = llm_router(tmp_path, "compress", "answer", "--target", "lots", given=ANSWER)
    assert done.returncode == 2 and done.stdout == b""
    assert (
        done.stderr == b"llm-router: `--target` takes a share below 1, such as `0.2` or `20%`, found `lots`\n"
    )


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file where the folder should be")
    done = llm_router(tmp_path, "compress", "answer", given=ANSWER)
    assert (done.returncode, done.stdout) == (0, ANSWER)


@pytest.mark.slow
@pytest.mark.parametrize("words", [("compress", "answer"), ("compress", "page")])
@pytest.mark.parametrize(
    "unit",
    [b"Great question! [ref=e1]\n", b"\xff\x00[ref=e1]", b'- link "x" [ref=e1]\n'],
    ids=["text", "binary", "page"],
)
def test_fifty_megabytes_leave_to_the_byte_in_bounded_memory(
    tmp_path: Path, words: tuple[str, ...], unit: bytes
) -> None:
    data = unit * (50_000_000 // len(unit))
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); " + CODE
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-c", limited, *words]
    done = subprocess.run(command, input=data, env=environ, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout == data, done.stderr) == (0, True, b"")
