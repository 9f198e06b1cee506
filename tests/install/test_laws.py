"""Laws over generated files: what goes in comes out, whatever the layout, and what people add meanwhile stays."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from router.hosts.install.edit import Edit
from router.hosts.install.edits import put_all, take_all
from router.hosts.install.jsonc import parse

FILE = Path("settings")
EDITS = (
    Edit(FILE, "json", ("mcpServers", "llm-router"), {"command": "/x y/llm-router", "args": ["mcp"]}),
    Edit(
        FILE, "json", ("hooks", "Stop"), {"hooks": [{"command": "/hooks/stop.py"}]}, "add", "/hooks/stop.py"
    ),
    Edit(
        FILE,
        "json",
        ("hooks", "Start"),
        {"hooks": [{"command": "/hooks/start.py"}]},
        "add",
        "/hooks/start.py",
    ),
    Edit(FILE, "json", ("permissions", "allow"), "mcp__llm-router__*", "add"),
    Edit(FILE, "json", ("version",), 1, "offer"),
)
TABLE = Edit(FILE, "toml", ("mcp_servers", "llm-router"), {"command": "/x y", "args": ["mcp"], "trust": True})
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BLANKS = st.sampled_from(["", " ", "\n", "\n\n  ", "\t", " // note\n", " /* a , } */ ", "\n// {\n"])
NAMES = st.sampled_from(
    ["a", "b", "mcpServers", "hooks", "Stop", "Start", "permissions", "allow", 'q"uote', "é"]
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=6), st.sampled_from(["//", "/*", "},"])
)


@st.composite
def values(draw: st.DrawFn, depth: int = 3) -> str:
    """A value of any shape as text, with comments and white space anywhere."""
    kind = draw(st.sampled_from(["leaf", "object", "list"])) if depth else "leaf"
    if kind == "leaf":
        return json.dumps(draw(LEAVES), ensure_ascii=False)
    items = draw(st.lists(values(depth=depth - 1), max_size=3))
    if kind == "object":
        items = [f"{json.dumps(draw(NAMES))}{draw(BLANKS)}:{draw(BLANKS)}{item}" for item in items]
    return draw(wrapped(items, "{}" if kind == "object" else "[]"))


@st.composite
def wrapped(draw: st.DrawFn, items: list[str], signs: str) -> str:
    """Items in an object or list, perhaps with a comma after the last."""
    text = signs[0] + draw(BLANKS)
    for at, item in enumerate(items):
        comma = "," if at < len(items) - 1 or draw(st.booleans()) else ""
        text += item + draw(BLANKS) + comma + draw(BLANKS)
    return text + signs[1]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A settings file, in which what we write into has the shape that hosts give it."""
    lists = draw(st.lists(values(depth=2), max_size=2))
    hooks = draw(wrapped([f'"Stop": {draw(wrapped(lists, "[]"))}'] if draw(st.booleans()) else [], "{}"))
    servers = draw(wrapped([f'"other": {draw(values(depth=1))}'] if draw(st.booleans()) else [], "{}"))
    members = [f'"hooks":{draw(BLANKS)}{hooks}', f'"mcpServers": {servers}', f'"a": {draw(values())}']
    chosen = draw(st.lists(st.sampled_from(members), max_size=3, unique=True))
    text = draw(BLANKS) + draw(wrapped(chosen, "{}")) + draw(BLANKS)
    text = draw(st.sampled_from(["", "\ufeff"])) + text
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@LAW
@given(documents())
def test_taking_back_what_was_put_in_gives_the_same_text(text: str) -> None:
    changed, changes = put_all(text, EDITS)
    value = parse(changed).value
    assert value["mcpServers"]["llm-router"] == EDITS[0].value
    assert value["hooks"]["Stop"][-1] == EDITS[1].value
    assert put_all(changed, EDITS) == (changed, ())
    assert take_all(changed, changes) == text


@LAW
@given(documents(), st.sampled_from([None, 0, 1, 2, 8]), st.booleans())
def test_after_the_file_was_laid_out_anew_only_what_is_ours_is_gone(
    text: str, indent: int | None, sort: bool
) -> None:
    before = parse(text).value
    changed, changes = put_all(text, EDITS)
    anew = json.dumps(parse(changed).value, indent=indent, sort_keys=sort, ensure_ascii=False)
    assert json.loads(take_all(anew, changes)) == before


@pytest.mark.slow
@LAW
@given(documents(), st.sampled_from(["front", "back", "inside"]))
def test_what_a_person_adds_meanwhile_stays_where_it_was_put(text: str, where: str) -> None:
    changed, changes = put_all(text, EDITS)

    def edited(of: str) -> str:
        if where == "front":
            mark = "\ufeff" if of.startswith("\ufeff") else ""
            return mark + "/* mine */\n" + of[len(mark) :]
        if where == "back":
            return of + "\n// mine\n"
        at = parse(of).start + 1
        comma = "," if parse(of).children else ""
        return of[:at] + f'\n"mine": 1{comma}' + of[at:]

    if where == "inside":
        # Into an empty object a person would write nothing that ends with a comma.
        assume(parse(text).children)
    assert take_all(edited(changed), changes) == edited(text)


@st.composite
def tomls(draw: st.DrawFn) -> str:
    """Tables with comments, long strings and odd blanks."""
    lines: list[str] = []
    for name in draw(
        st.lists(st.sampled_from(["", "a", "b.c", "mcp_servers.other", "z"]), max_size=4, unique=True)
    ):
        if name:
            lines.append(draw(st.sampled_from([f"[{name}]", f"  [ {name} ] # note"])))
        elif lines:
            continue
        for key in draw(st.lists(st.sampled_from("klm"), max_size=3, unique=True)):
            value: Any = draw(
                st.sampled_from(
                    ["1", '"x"', '"""\n[mcp_servers.llm-router]\n"""', "[1, # one\n 2]", "{ q = 1 }"]
                )
            )
            lines.append(f"{key} = {value}")
        lines += draw(st.lists(st.sampled_from(["", "# [mcp_servers.llm-router]", "   "]), max_size=2))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@LAW
@given(tomls(), st.booleans())
def test_a_table_in_toml_comes_out_again_word_for_word_or_by_its_name(text: str, reworded: bool) -> None:
    import tomllib

    changed, changes = put_all(text, [TABLE])
    parsed = tomllib.loads(changed)
    assert parsed["mcp_servers"]["llm-router"] == TABLE.value
    if not reworded:
        assert take_all(changed, changes) == text
        return
    again = changed.replace('command = "/x y"', 'command="/x y" # mine')
    left = tomllib.loads(take_all(again, changes))
    del parsed["mcp_servers"]["llm-router"]
    if not parsed["mcp_servers"]:
        del parsed["mcp_servers"]
    assert left == parsed
