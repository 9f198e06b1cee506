"""Media reached as any other model is: one piece, in the folder the caller names."""

import asyncio
import os
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from router.dispatch.media import through_media
from router.dispatch.ports import Piece
from router.model.call import Ask
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import MP3, PROMPT, World

SPEAK = "POST /v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb"


def piece(world: World, warned: list[str], **media: Any) -> Piece:
    ask = Ask(messages=({"role": "user", "content": PROMPT},), kind="media", media=media)

    async def first() -> Piece:
        way = through_media(world.folder, warned.append, world.target("elevenlabs/eleven_v4"), ask, 20.0)
        async with aclosing(way) as pieces:
            found = [found async for found in pieces]
        (only,) = found
        return only

    return asyncio.run(first())


def test_the_text_of_the_answer_is_the_paths(world: World) -> None:
    world.loopback.on(SPEAK, Reply(MP3))
    warned: list[str] = []
    found = piece(world, warned)
    assert (
        found.files == (found.text,)
        and Path(found.text).read_bytes() == MP3
        and Path(found.text).parent == world.folder
    )
    assert (
        found.cost_usd == pytest.approx(len(PROMPT) * 8e-05)
        and found.finish_reason == "stop"
        and warned == []
    )


def test_files_go_where_the_caller_says(world: World, tmp_path: Path) -> None:
    world.loopback.on(SPEAK, Reply(MP3))
    found = piece(world, [], folder=str(tmp_path / "out" / "sound"))
    assert Path(found.text).parent == tmp_path / "out" / "sound" and world.left() == []


def test_what_was_made_otherwise_is_told(world: World) -> None:
    world.loopback.on("GET /v1/voices", Reply({"voices": []}))
    world.loopback.on(SPEAK, Reply(MP3))
    warned: list[str] = []
    piece(world, warned, voice="alloy")
    assert len(warned) == 1 and "George spoke instead" in warned[0]


def test_a_folder_that_cannot_be_written_is_told_before_money_is_spent(world: World, tmp_path: Path) -> None:
    from router.dispatch.ports import CallFailed

    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    world.loopback.on(SPEAK, Reply(MP3))
    with pytest.raises(CallFailed, match="cannot be written") as raised:
        piece(world, [], folder=str(tmp_path / "taken"))
    assert raised.value.final and world.loopback.asked == []


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    world.loopback.on(SPEAK, Reply(MP3))
    assert piece(world, []).text


def test_adapters_load_no_litellm() -> None:
    script = (
        "import sys, router.dispatch.media; print(sorted({'litellm', 'httpx', 'openai'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
