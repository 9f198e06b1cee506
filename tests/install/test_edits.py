"""Entries go into files of people and come out again without a trace."""

import json
from pathlib import Path

import pytest

from router.hosts.install.edit import Edit
from router.hosts.install.edits import put_all, take_all
from router.hosts.install.jsonc import parse
from router.hosts.install.refused import RefusedError

FILE = Path("settings")
SERVER = {"command": "/opt/a folder/llm-router", "args": ["mcp"]}
HOOK = {"hooks": [{"type": "command", "command": "/x/hooks/prompt.py", "timeout": 10}]}
EDITS = (
    Edit(FILE, "json", ("mcpServers", "llm-router"), SERVER),
    Edit(FILE, "json", ("hooks", "UserPromptSubmit"), HOOK, "add", "/x/hooks/prompt.py"),
    Edit(FILE, "json", ("permissions", "allow"), "mcp__llm-router__*", "add"),
)
TEXTS = {
    "nothing": "",
    "blank": " \n\n",
    "byte order mark": '\ufeff{"a": 1}\n',
    "only a comment": "// mine\n",
    "empty object": "{}",
    "spaced empty object": "{  }\n",
    "comment inside": "{\n  // nothing yet\n}\n",
    "comment inside on one line": "{ /* nothing */ }",
    "one line": '{"a": 1, "hooks": {"Stop": []}}',
    "trailing commas": '{\n\t"a": [1, 2,],\n\t"mcpServers": {\n\t\t"other": {"command": "x"}, // theirs\n\t},\n}\n',
    "comment after the last": '{\n    "a": 1, // one\n    "b": 2 // two\n    /* end */\n}\n',
    "carriage returns": '{\r\n  "hooks": {\r\n    "UserPromptSubmit": [\r\n      {"hooks": []}\r\n    ]\r\n  }\r\n}\r\n',
    "two keys alike": '{"mcpServers": {}, "mcpServers": {"other": {}}}',
    "own entry of that name": '{\n  "mcpServers": {\n    "llm-router": {"command": "mine"}\n  }\n}\n',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_json_text_is_the_same_after_the_changes_are_taken_back(text: str) -> None:
    changed, changes = put_all(text, EDITS)
    value = parse(changed).value
    assert value["mcpServers"]["llm-router"] == SERVER
    assert value["hooks"]["UserPromptSubmit"][-1] == HOOK
    assert value["permissions"]["allow"] == ["mcp__llm-router__*"]
    assert take_all(changed, changes) == text
    assert put_all(changed, EDITS) == (changed, ())


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_entries_are_found_by_their_path_after_the_file_was_written_anew(indent: int | None) -> None:
    before = {"a": 1, "hooks": {"Stop": [], "UserPromptSubmit": [{"hooks": []}]}}
    changed, changes = put_all(json.dumps(before, indent=2), EDITS)
    anew = json.dumps(parse(changed).value, indent=indent, sort_keys=True)
    assert json.loads(take_all(anew, changes)) == before


def test_a_persons_handler_beside_ours_in_one_group_stays() -> None:
    changed, changes = put_all("{}", EDITS)
    value = parse(changed).value
    value["hooks"]["UserPromptSubmit"][0]["hooks"].append({"type": "command", "command": "mine"})
    left = json.loads(take_all(json.dumps(value), changes))
    assert left == {"hooks": {"UserPromptSubmit": [{"hooks": [{"type": "command", "command": "mine"}]}]}}


def test_an_entry_of_ours_that_a_person_changed_goes_too() -> None:
    changed, changes = put_all('{"a": 1}', EDITS)
    edited = changed.replace('"timeout": 10', '"timeout": 99').replace('["mcp"]', '["mcp", "--loud"]')
    assert edited != changed
    assert json.loads(take_all(edited, changes)) == {"a": 1}


BAD = {
    '{"a": 1': "line 1, column 8: the end of the file is not expected here",
    '{\n "a" 1}': "line 2, column 6: `1` is not expected here",
    '{"a": 1} x': "line 1, column 10: `x` is not expected here",
    "[]": "the whole should be an object",
    '{"mcpServers": 3}': "`mcpServers` should be an object",
    '{"hooks": {"UserPromptSubmit": {}}}': "`hooks.UserPromptSubmit` should be a list",
    "[" * 300: "values are nested more than 200 deep",
}


@pytest.mark.parametrize("text", BAD)
def test_a_text_that_cannot_be_read_or_holds_something_else_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        put_all(text, EDITS)
    assert str(refused.value) == BAD[text]


TABLE = Edit(
    FILE,
    "toml",
    ("mcp_servers", "llm-router"),
    {"command": "x", "args": ["mcp"], "enabled": True, "env": {"K": "V"}},
)
TOMLS = {
    "nothing": "",
    "no line end": 'model = "x" # mine',
    "tables": '# top\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y"\n',
    "carriage returns": '[a]\r\nb = """\r\n[mcp_servers.llm-router]\r\n"""\r\n',
    "own": '[a]\n\n[mcp_servers.llm-router] # mine\ncommand = "mine"\n\n[mcp_servers.llm-router.env]\nA = "B"\n\n[z]\n',
}


@pytest.mark.parametrize("text", TOMLS.values(), ids=TOMLS)
def test_every_toml_text_is_the_same_after_the_change_is_taken_back(text: str) -> None:
    import tomllib

    changed, changes = put_all(text, [TABLE])
    assert tomllib.loads(changed)["mcp_servers"]["llm-router"] == TABLE.value
    assert take_all(changed, changes) == text
    assert put_all(changed, [TABLE]) == (changed, ())
    reworded = changed.replace('command = "x"', 'command="x"')
    assert reworded != changed and take_all(reworded, changes) == text


LINE = Edit(FILE, "toml", ("grace_ms",), 10_000, "offer")


@pytest.mark.parametrize("text", [*TOMLS.values(), "\ufeff[a]\n"], ids=[*TOMLS, "byte order mark"])
def test_a_value_at_the_top_of_toml_comes_out_again_and_what_a_person_made_of_it_stays(text: str) -> None:
    import tomllib

    changed, changes = put_all(text, [LINE])
    assert tomllib.loads(changed.removeprefix("\ufeff"))["grace_ms"] == 10_000
    assert take_all(changed, changes) == text
    assert put_all(changed, [LINE]) == (changed, ())
    assert take_all(changed.replace("10000", "10000 # as it was"), changes) == text
    theirs = changed.replace("10000", "500")
    assert take_all(theirs, changes) == theirs
    assert put_all(theirs, [LINE]) == (theirs, ())


def test_toml_in_a_form_that_appending_would_break_is_refused() -> None:
    with pytest.raises(RefusedError, match="cannot be changed safely"):
        put_all('mcp_servers = { other = { command = "x" } }\n', [TABLE])
    with pytest.raises(RefusedError, match="it is not TOML"):
        put_all("a = = 1\n", [TABLE])


BLOCK = Edit(FILE, "text", ("block",), "Ask the router.\n")


@pytest.mark.parametrize("text", ["", "# Mine\n", "no end", "a\r\nb\r\n"])
def test_a_block_in_a_text_comes_out_again_even_when_its_words_were_changed(text: str) -> None:
    changed, changes = put_all(text, [BLOCK])
    assert "Ask the router." in changed
    assert take_all(changed, changes) == text
    assert put_all(changed, [BLOCK]) == (changed, ())
    assert "router" not in take_all(changed.replace("Ask", "Do not ask"), changes)
