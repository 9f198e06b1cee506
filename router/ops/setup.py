"""`setup`: a provider's key into the user's `.env`, from a hidden prompt or a pipe; no key is ever shown."""

import re
import sys
from collections.abc import Mapping
from getpass import getpass
from pathlib import Path
from typing import Any

from router.base.failures import UsageError
from router.base.files import read_policy_text, write_atomically
from router.base.places import find_places
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings
from router.ops.reused import same_as
from router.record.provider_list import forget_providers

_PLAIN = re.compile(r"[A-Za-z0-9_./:+=@-]+")


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Without a provider what is set up and what could be; with one its key is asked for and kept."""
    rows = same_as("providers")({}, around).plain["providers"]
    if values["provider"] is None:
        return Result({"providers": [_plain(row) for row in rows]}, lambda _: _overview(rows))
    row = next((row for row in rows if row["provider"] == values["provider"]), None)
    if row is None:
        raise UsageError(f"no provider is called `{values['provider']}`; `llm-router setup` lists them")
    if not row["key_variables"]:
        raise UsageError(f"{row['name']} needs no key")
    name = row["key_variables"][0]
    file = find_places(around.environ, around.cwd).user / ".env"
    old = _old(file)
    if values["remove"]:
        new, did = _without(old, name), "removed"
    else:
        new, did = _with(old, name, _ask(name, row["key_page"], around)), "kept"
    if new != old:
        write_atomically(file, new.encode(), mode=0o600)
        forget_providers(file.parent)
    shadowed = name in around.environ
    plain = {
        "provider": row["provider"],
        "variable": name,
        "file": str(file),
        "did": did,
        "shadowed": shadowed,
    }
    return Result(plain, lambda _: _told(plain))


def _ask(name: str, page: str | None, around: Surroundings) -> str:
    """The key, without white space around it; raises `UsageError` for what cannot be one."""
    if sys.stdin.isatty():
        if page:
            around.aside(f"keys: {page}")
        key = getpass(f"{name} (not shown): ")
    else:
        key = around.read_input().decode("utf-8", "replace")
    key = key.strip()
    if not key:
        raise UsageError("no key was given; type it at the prompt or pipe it in")
    if not key.isprintable() or len(key) > 4096 or "'" in key or any(sign.isspace() for sign in key):
        raise UsageError("that is no key: it holds white space, quotes or control characters")
    return key


def _old(file: Path) -> str:
    if not file.exists():
        return ""
    text, problem = read_policy_text(file)
    if text is None:
        raise UsageError(problem.message if problem else f"`{file}` cannot be read")
    return text


def _line(name: str) -> "re.Pattern[str]":
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=.*(?:\n|\Z)", re.MULTILINE)


def _without(text: str, name: str) -> str:
    return _line(name).sub("", text)


def _with(text: str, name: str, key: str) -> str:
    """The text with the line in the place of the old one, else at the end."""
    line = f"{name}={key if _PLAIN.fullmatch(key) else repr_of(key)}\n"
    found = _line(name).search(text)
    if found:
        return text[: found.start()] + line + _without(text[found.end() :], name)
    return text + ("" if not text or text.endswith("\n") else "\n") + line


def repr_of(key: str) -> str:
    """A key in single quotes, in which `.env` files interpret nothing but the backslash."""
    return "'" + key.replace("\\", "\\\\") + "'"


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: row[name]
        for name in ("provider", "configured", "key_from", "key_variables", "key_page", "free_tier")
    }


def _overview(rows: list[dict[str, Any]]) -> str:
    lines = [
        f"ready   {row['provider']:<12} {row['key_from'] or ''}".rstrip() for row in rows if row["configured"]
    ]
    for row in rows:
        if not row["configured"] and row["key_variables"]:
            free = ", free tier" if row["free_tier"] else ""
            lines.append(
                f"        {row['provider']:<12} {row['key_variables'][0]}{free}  {row['key_page'] or ''}".rstrip()
            )
    return "\n".join([*lines, "", "`llm-router setup PROVIDER` asks for a key and keeps it"])


def _told(plain: Mapping[str, Any]) -> str:
    text = f"{plain['did']} {plain['variable']} in {plain['file']}"
    return text + ("; the environment has one too, which counts first" if plain["shadowed"] else "")


OPERATION = Operation(
    name="setup",
    summary="keep a provider's key, typed at a hidden prompt or piped in",
    description="Writes NAME=KEY into the .env of the router's own folder, which only you can read; other lines stay.\n"
    "Without a provider it lists which are ready and where keys come from.",
    parameters=(
        Parameter("provider", "whose key", positional=True),
        Parameter("remove", "take the key out again", kind="flag"),
    ),
    run=run,
    example="llm-router setup openai",
    hints=Hints(read_only=False),
)
