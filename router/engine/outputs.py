"""What becomes of outputs that hooks shortened: their tokens counted, the host's transcript asked, fetches charged."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import write_atomically
from router.base.places import Places
from router.compress.raw_store import RawStore, raw_folder
from router.compress.tokens import ESTIMATE, count
from router.engine.hook_compress import KEPT_MS, notes_folder
from router.record.money import micros
from router.record.spool import Spool
from router.record.where import spool_folder

_SETTLED_MS = 10_000
"""A younger note's row may not be in the spool yet."""


class _Note(NamedTuple):
    path: Path
    plain: dict[str, Any]

    @property
    def at_ms(self) -> int:
        return int(self.path.name.split(".")[1][:12], 16)


def settle_outputs(places: Places, now: datetime) -> int:
    """Adds to the spool what is now known of shortened outputs; how many were looked at.

    Tokens are counted with a real tokenizer where the whole output is still kept. Claude Code's transcript says
    whether the model was given the shorter text, and which model; of an output that no transcript holds nothing is
    known, and it counts nothing. Raises `SpoolError` when the spool takes nothing.
    """
    now_ms, spool = micros(now) // 1000, Spool(spool_folder(places))
    notes = [note for note in _notes(places) if now_ms - note.at_ms >= _SETTLED_MS]
    store = RawStore(raw_folder(places))
    told = _told([note.plain for note in notes])
    for note in notes:
        learnt = {**_counted(note.plain, store), **told.get(note.plain["id"], {})}
        if learnt:
            spool.append("learnt", {"of": note.plain["id"], **learnt})
        _kept(note, learnt, now_ms)
    return len(notes)


def charge_fetch(places: Places, handle: str, text: str) -> bool:
    """Charges a whole output that was read again to the last row that shortened it; whether there is one."""
    ids = [note.plain["id"] for note in _notes(places) if note.plain["handle"] == handle]
    if not ids:
        return False
    return Spool(spool_folder(places)).offer("fetched", {"of": max(ids), "tokens": count(text)[0]})


def _notes(places: Places) -> Iterator[_Note]:
    for path in sorted(notes_folder(places.user).glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            note = _Note(path, json.loads(path.read_bytes()))
            if note.at_ms >= 0 and isinstance(note.plain["id"], str) and isinstance(note.plain["handle"], str):
                yield note


def _counted(note: Mapping[str, Any], store: RawStore) -> dict[str, Any]:
    """Both texts' tokens, once."""
    raw = store.get(note["handle"]) if isinstance(note.get("kept"), str) else None
    if raw is None:
        return {}
    (before, by), (after, _) = count(raw.decode("utf-8", "replace")), count(note["kept"])
    return {"raw_tokens": before, "kept_tokens": after, "counted": by != ESTIMATE}


def _kept(note: _Note, learnt: Mapping[str, Any], now_ms: int) -> None:
    """What the note must still say: by whom it is found when the output is fetched, and what to ask yet."""
    done = {"kept"} if "raw_tokens" in learnt else set()
    done |= {"transcript"} if "accepted" in learnt else set()
    with suppress(OSError):
        if now_ms - note.at_ms > KEPT_MS:
            note.path.unlink(missing_ok=True)
        elif done:
            plain = {key: value for key, value in note.plain.items() if key not in done}
            write_atomically(note.path, json.dumps(plain).encode("ascii"), durably=False)


def _told(notes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By row what transcripts say of it; each is read once."""
    asked: dict[str, dict[str, dict[str, Any]]] = {}
    for note in notes:
        transcript, call = note.get("transcript"), note.get("call")
        if isinstance(transcript, str) and isinstance(call, str) and call and not note.get("holdout"):
            asked.setdefault(transcript, {})[call] = note
    found: dict[str, dict[str, Any]] = {}
    for transcript, calls in asked.items():
        for call, said in _in_transcript(Path(transcript), calls):
            found.setdefault(calls[call]["id"], {}).update(said)
    return found


def _in_transcript(path: Path, calls: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each line about one of the calls says: `model` that made it, `accepted` by the text that it was given."""
    # A pipe or a device that is named as a transcript would never end.
    if not path.is_file():
        return
    with suppress(OSError), path.open("rb") as lines:
        for line in lines:
            if not any(call.encode("utf-8", "replace") in line for call in calls):
                continue
            for block, model in _blocks(line):
                call = block.get("id") if block.get("type") == "tool_use" else block.get("tool_use_id")
                if not isinstance(call, str) or call not in calls:
                    continue
                if block.get("type") == "tool_result":
                    yield call, {"accepted": f"llm-router raw {calls[call]['handle']}]" in _text(block.get("content"))}
                elif isinstance(model, str):
                    yield call, {"model": f"anthropic/{model}"}


def _blocks(line: bytes) -> list[tuple[dict[str, Any], Any]]:
    try:
        message = json.loads(line)["message"]
        return [(block, message.get("model")) for block in message["content"] if isinstance(block, dict)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(block.get("text", "")) for block in content if isinstance(block, dict))
    return content if isinstance(content, str) else ""
