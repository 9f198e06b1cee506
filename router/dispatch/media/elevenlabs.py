"""ElevenLabs' text to speech (elevenlabs.io/docs/api-reference/text-to-speech/convert)."""

import re
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.save import save_bytes
from router.dispatch.media.sniff import Sort
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE = "https://api.elevenlabs.io"
VOICE = ("JBFqnCBsd6RMkjVDRZzb", "George")
"""The voice of the documentation's examples, which every account has."""
_VOICE_ID = re.compile(r"[A-Za-z0-9]{20}")
_FORMATS = {"mp3": "mp3_44100_128", "opus": "opus_48000_128", "pcm": "pcm_24000", "wav": "wav_24000"}


def headers(key: str) -> dict[str, str]:
    return {"xi-api-key": key}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """The text spoken by a voice, which is an id or the name of one of the account's voices."""
    voice, notes = await _voice(wanted.voice, api)
    format = wanted.format or "mp3"
    if format not in _FORMATS:
        raise api.failed("bad_request", f"`format` is one of {', '.join(_FORMATS)} here")
    sound = await api.bytes(
        "POST",
        f"/v1/text-to-speech/{voice}",
        params={"output_format": _FORMATS[format]},
        json={"text": wanted.prompt, "model_id": name},
    )
    raw = Sort("audio", "pcm") if format == "pcm" else None
    return Saved((save_bytes(sound, "audio", api.studio, raw),), reported_model=name, notes=notes)


async def _voice(said: str | None, api: Api) -> tuple[str, tuple[str, ...]]:
    """The id of a voice; for a name that the account does not have, the usual one, with a note on it."""
    if said is None:
        return VOICE[0], ()
    if _VOICE_ID.fullmatch(said):
        return said, ()
    rows = (await api.json("GET", "/v1/voices")).get("voices")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and _is_called(row, said):
            return api.id_of(row, "voice_id"), ()
    return VOICE[0], (f"ElevenLabs has no voice `{said}` in this account: {VOICE[1]} spoke instead",)


def _is_called(row: dict[str, Any], said: str) -> bool:
    """Whether a voice has this name; names are followed by a description, as in `George - Warm`."""
    name = str(row.get("name")).casefold()
    return name == said.casefold() or name.partition(" ")[0] == said.casefold()
