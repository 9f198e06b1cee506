"""No key leaves by a text, JSON, pickle or message."""

import copy
import json
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.base.places import Places
from router.base.render import render_json, render_text
from router.dispatch.keys import Keys, find_keys
from router.model.catalogue import Catalogue, Provider

CATALOGUE = Catalogue(providers={"openai": Provider("openai", "OpenAI", "api", ("OPENAI_API_KEY",))})
KEY = "sk-proj-0a1b2c3d4e5f"
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60)


def said_of(environ: dict[str, str], root: Path) -> str:
    """Everything the keys and their problems show of themselves."""
    keys, problems = find_keys(environ, Places(root, root, None, root), CATALOGUE, tuple)
    shown = [
        repr(keys),
        str(keys),
        f"{keys}",
        repr(keys.configured()),
        repr(problems),
        render_text(problems, {}, False),
    ]
    return "\n".join([*shown, json.dumps(render_json(problems)), str(keys.origin("openai"))])


@given(word=WORDS)
def test_no_word_of_the_environment_is_shown(word: str) -> None:
    assert word not in said_of({"OPENAI_API_KEY": word}, Path("/nonexistent"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", f"OPENAI_API_KEY={KEY}\n"),
        (".env", f'OPENAI_API_KEY="{KEY}\n'),
        (".env", f"OPENAI_API_KEY={KEY} {KEY}\n"),
        ("config.yaml", f"openai_api_key: {KEY}\n"),
        ("config.yaml", f"openai_api_key: '{KEY}\n"),
        ("config.yaml", f"openai_api_key: [{KEY}]\n"),
        ("config.yaml", f"openai_api_key: *{KEY}\n"),
        ("config.yaml", f"openai_api_key: !!{KEY} a\n"),
        ("config.yaml", f"{KEY}\n"),
        ("config.yaml", f"openai_api_key: {KEY}: b\n"),
    ],
)
def test_no_word_of_a_file_is_shown(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / name).chmod(0o600)
    said = said_of({}, tmp_path)
    assert KEY not in said
    assert str(tmp_path / name) in said


def found() -> Keys:
    return find_keys(
        {"OPENAI_API_KEY": KEY}, Places(*[Path("/nonexistent")] * 2, None, Path("/")), CATALOGUE, tuple
    )[0]


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.deepcopy, copy.copy, vars, dict, list])
def test_keys_are_not_written_down(write: object) -> None:
    keys = found()
    assert keys.api_key("openai") == KEY
    with pytest.raises(TypeError) as refused:
        write(keys)  # type: ignore[operator]
    assert KEY not in "".join(traceback.format_exception(refused.value))


def test_a_text_is_cleared_of_every_key() -> None:
    assert found().redact(f"401: wrong key {KEY}, used {KEY}.") == "401: wrong key ***, used ***."


def test_finding_keys_loads_no_heavy_module(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from router.base.places import Places;"
        "from router.dispatch.keys import find_keys; from router.model.catalogue import Catalogue;"
        f"p = Path({str(tmp_path)!r}); find_keys({{}}, Places(p, p, None, p), Catalogue());"
        "print(sorted({'yaml', 'litellm', 'dotenv', 'httpx', 'asyncio', 'socket'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


LINES = st.lists(st.sampled_from(["OPENAI_API_KEY", "openai_api_key", "A", KEY, "=", ": ", '"', "'", "\n", "#", "[", "{", "&", "*", "!", "- ", " ", "\\", "\t", "\x00", "é"]), max_size=20)  # fmt: skip


@given(name=st.sampled_from([".env", "config.yaml"]), words=LINES)
def test_whatever_a_file_holds_no_message_repeats_it(
    name: str, words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("keys", numbered=True)
    (folder / name).touch(0o600)
    (folder / name).write_text("".join(words), encoding="utf-8")
    assert KEY not in said_of({}, folder)
