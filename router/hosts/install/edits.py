"""Edits and changes of every format, in one place."""

from collections.abc import Iterable

from router.hosts.install import edit_json, edit_text, edit_toml, undo_json
from router.hosts.install.edit import Change, Edit

_PUT = {"json": edit_json.put, "json5": edit_json.put, "toml": edit_toml.put, "text": edit_text.put}
_TAKE = {"json": undo_json.take, "json5": undo_json.take, "toml": edit_toml.take, "text": edit_text.take}


def put_all(text: str, edits: Iterable[Edit]) -> tuple[str, tuple[Change, ...]]:
    """The text with every edit in it, and the changes in the order they were made; raises `RefusedError`."""
    changes: list[Change] = []
    for edit in edits:
        text, change = _PUT[edit.kind](text, edit)
        if change is not None:
            changes.append(change)
    return text, tuple(changes)


def take_all(text: str, changes: Iterable[Change]) -> str:
    """The text without the changes, the last one first; raises `RefusedError` when the text cannot be read."""
    for change in reversed(tuple(changes)):
        text = _TAKE[change.kind](text, change)
    return text
