"""Media through LiteLLM, for providers that it can make them with."""

import asyncio
import io
import wave
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from router.dispatch.litellm_calls import load_litellm
from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.save import decoded, remove, save_base64, save_bytes
from router.dispatch.media.sniff import Sort
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted
from router.dispatch.ports import CallFailed
from router.dispatch.reasons import call_failed
from router.model.ledger import Usage

_VOICES = {"gemini": "Kore"}
_VOICE = "alloy"
_FORMATS = {"gemini": "wav"}
_ALOUD = {
    "role": "system",
    "content": "Read the user's text aloud, word for word, and say nothing else.",
}
_SPEAK_ONLY = frozenset({"gemini"})
"""Speech models that are called as chat models: LiteLLM's own way to them loses key and address."""
_RAW = Sort("audio", "pcm")
_SAMPLES_HZ = 24_000
_RUNNING = ("queued", "in_progress", "processing", "pending")
_SPEECH_MODE = "audio_speech"


async def make(name: str, wanted: Wanted, api: Api, mode: str) -> Saved:
    """What LiteLLM's model `name` makes; `mode` is the catalogue's: sound comes from speech or from chat models."""
    if wanted.image:
        raise api.failed("bad_request", "this model is not given a picture to begin from")
    litellm = await asyncio.to_thread(load_litellm)
    if wanted.kind == "image":
        return await _pictures(litellm, name, wanted, api)
    if wanted.kind == "video":
        return await _film(litellm, name, wanted, api)
    by_speech = mode == _SPEECH_MODE and _prefix(name) not in _SPEAK_ONLY
    return await (_speech if by_speech else _spoken_chat)(litellm, name, wanted, api)


def _common(name: str, api: Api) -> dict[str, Any]:
    return {
        "model": name,
        "api_key": api.key or None,
        "api_base": api.base or None,
        "timeout": max(api.studio.left_s(), 0.001),
        "max_retries": 0,
    }


async def _called(call: Awaitable[Any], api: Api) -> Any:
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - of any class; not chained, for its text may hold the key
        failed = call_failed(error, [api.key], [api.prompt], False)
        raise api.moderated(
            failed, f"{error} {getattr(error, 'code', '')} {getattr(error, 'body', '')}"
        ) from None


async def _pictures(litellm: Any, name: str, wanted: Wanted, api: Api) -> Saved:
    said = {
        "n": wanted.copies,
        "size": f"{wanted.size[0]}x{wanted.size[1]}" if wanted.size else None,
        "quality": wanted.quality,
    }
    given = {key: value for key, value in said.items() if value is not None}
    call = litellm.aimage_generation(prompt=wanted.prompt, **given, **_common(name, api))
    response = await _called(call, api)
    files: list[Path] = []
    try:
        for row in response.data or ():
            if row.b64_json:
                files.append(save_base64(row.b64_json, "image", api.studio))
            else:
                files += await save_all([row.url], "image", api)
    except BaseException:
        remove(files)
        raise
    if not files:
        raise api.failed("empty", "the answer holds no picture")
    return Saved(tuple(files), usage=_usage(getattr(response, "usage", None)), reported_model=name)


async def _speech(litellm: Any, name: str, wanted: Wanted, api: Api) -> Saved:
    voice, format = _voice_and_format(name, wanted)
    call = litellm.aspeech(input=wanted.prompt, voice=voice, response_format=format, **_common(name, api))
    response = await _called(call, api)
    file = save_bytes(response.content, "audio", api.studio, _RAW if format == "pcm" else None)
    return Saved((file,), usage=_usage(getattr(response, "usage", None)), reported_model=name)


async def _spoken_chat(litellm: Any, name: str, wanted: Wanted, api: Api) -> Saved:
    """Speech of a chat model that can speak, and of speech models that are called like one."""
    voice, format = _voice_and_format(name, wanted)
    plain = _prefix(name) in _SPEAK_ONLY
    if plain and format not in ("wav", "pcm"):
        raise api.failed("bad_request", "`format` is one of wav, pcm here")
    call = litellm.acompletion(
        messages=[*([] if plain else [_ALOUD]), {"role": "user", "content": wanted.prompt}],
        modalities=["audio"] if plain else ["text", "audio"],
        audio={"voice": voice, "format": "pcm16" if plain or format == "pcm" else format},
        **_common(name, api),
    )
    response = await _called(call, api)
    sound = getattr(response.choices[0].message, "audio", None) if response.choices else None
    if sound is None or not sound.data:
        raise api.failed("empty", "the answer holds no sound")
    data = decoded(sound.data)
    data = _wave(data) if plain and format == "wav" else data
    file = save_bytes(data, "audio", api.studio, _RAW if format == "pcm" else None)
    return Saved((file,), usage=_usage(getattr(response, "usage", None)), reported_model=response.model)


def _wave(samples: bytes) -> bytes:
    """A wave file of 16-bit samples, one channel, 24 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_SAMPLES_HZ)
        out.writeframes(samples)
    return file.getvalue()


def _prefix(name: str) -> str:
    return name.partition("/")[0]


def _voice_and_format(name: str, wanted: Wanted) -> tuple[str, str]:
    prefix = _prefix(name)
    return wanted.voice or _VOICES.get(prefix, _VOICE), wanted.format or _FORMATS.get(prefix, "mp3")


async def _film(litellm: Any, name: str, wanted: Wanted, api: Api) -> Saved:
    """A film by a job: created, asked for, fetched."""
    size = f"{wanted.size[0]}x{wanted.size[1]}" if wanted.size else None
    common = _common(name, api)
    job = await _called(
        litellm.avideo_generation(prompt=wanted.prompt, seconds=f"{wanted.seconds:g}", size=size, **common),
        api,
    )
    known = {key: common[key] for key in ("api_key", "api_base")}

    async def look() -> Any:
        state = await _called(litellm.avideo_status(video_id=job.id, **known), api)
        if state.status in _RUNNING:
            return None
        if state.status != "completed":
            raise api.job_failed(str(state.status), state.error)
        return state

    await wait_for(api, look)
    try:
        content = await _called(litellm.avideo_content(video_id=job.id, **known), api)
    except CallFailed as failed:
        raise CallFailed(failed.failure, failed.text, final=True) from None
    file = save_bytes(content, "video", api.studio)
    return Saved((file,), seconds=wanted.seconds, reported_model=name)


def _usage(said: Any) -> Usage | None:
    """Tokens in LiteLLM's shapes: those of chat, and those of pictures."""
    for ins, outs in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
        found = (getattr(said, ins, None), getattr(said, outs, None))
        if isinstance(found[0], int) and isinstance(found[1], int) and any(found):
            return Usage(found[0], found[1])
    return None
