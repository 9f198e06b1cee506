"""Providers that answer with the result itself: speech of ElevenLabs, pictures of Stability."""

import asyncio
import base64
from pathlib import Path

import pytest

from router.dispatch.media import Made
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import KEY, MP3, PNG, PROMPT, World

GEORGE = "JBFqnCBsd6RMkjVDRZzb"
SPEAK = f"POST /v1/text-to-speech/{GEORGE}"
DRAW = "POST /v2beta/stable-image/generate/sd3"
PICTURE = {"image": base64.b64encode(PNG).decode(), "finish_reason": "SUCCESS", "seed": 7}


def test_speech_is_saved_whole_and_priced_by_its_characters(world: World) -> None:
    world.loopback.on(SPEAK, Reply(MP3, headers={"Content-Type": "audio/mpeg"}))
    made = world.made("elevenlabs/eleven_v4_turbo")
    (path,) = map(Path, made.files)
    assert path.read_bytes() == MP3 and path.suffix == ".mp3" and path.stat().st_mode & 0o777 == 0o600
    assert (made.unit, made.units) == ("character", len(PROMPT))
    assert made.cost_usd == pytest.approx(len(PROMPT) * 4e-05)
    (asked,) = world.loopback.asked
    assert asked.path.endswith("?output_format=mp3_44100_128") and asked.headers["xi-api-key"] == KEY
    assert asked.json() == {"text": PROMPT, "model_id": "eleven_v4_turbo"}


def test_a_voice_is_an_id_or_a_name_of_the_account(world: World) -> None:
    voices = [
        {"voice_id": "21m00Tcm4TlvDq8ikWAM", "name": "Rachel - Calm"},
        {"voice_id": "x1", "name": "Old Bill"},
    ]
    world.loopback.on("GET /v1/voices", Reply({"voices": voices}))
    for said, id_ in (
        ("rachel", "21m00Tcm4TlvDq8ikWAM"),
        ("Old Bill", "x1"),
        ("aaaaaaaaaabbbbbbbbbb", "aaaaaaaaaabbbbbbbbbb"),
    ):
        world.loopback.on(f"POST /v1/text-to-speech/{id_}", Reply(MP3))
        assert world.made("elevenlabs/eleven_v4", voice=said).notes == ()


def test_a_voice_the_account_lacks_is_replaced_with_a_note(world: World) -> None:
    world.loopback.on("GET /v1/voices", Reply({"voices": [{"voice_id": "x1", "name": "Bill"}]}))
    world.loopback.on(SPEAK, Reply(MP3))
    made = world.made("elevenlabs/eleven_v4", voice="alloy")
    assert made.notes == ("ElevenLabs has no voice `alloy` in this account: George spoke instead",)


@pytest.mark.parametrize("voice_id", ["../../v1/user", "", None])
def test_a_voice_with_an_id_that_is_none_is_a_failure(world: World, voice_id: object) -> None:
    world.loopback.on("GET /v1/voices", Reply({"voices": [{"voice_id": voice_id, "name": "alloy"}]}))
    assert world.failed("elevenlabs/eleven_v4", voice="alloy").failure == "server"


def test_raw_sound_is_saved_when_it_was_asked_for(world: World) -> None:
    world.loopback.on(SPEAK, Reply(b"\x01\x02" * 50))
    (file,) = world.made("elevenlabs/eleven_v4", format="pcm").files
    assert file.endswith(".pcm") and "output_format=pcm_24000" in world.loopback.asked[0].path


def test_a_format_the_provider_lacks_is_refused(world: World) -> None:
    assert world.failed("elevenlabs/eleven_v4", format="flac").failure == "bad_request"
    assert world.loopback.asked == []


@pytest.mark.parametrize(
    ("reply", "failure", "words"),
    [
        (Reply({"detail": {"status": "quota_exceeded", "message": "This request exceeds your quota"}}, 401), "auth", "exceeds your quota"),
        (Reply({"detail": [{"loc": ["body"], "msg": "text is too long"}]}, 422), "bad_request", "text is too long"),
        (Reply({"detail": "busy"}, 429, {"Retry-After": "3"}), "rate_limit", "busy"),
        (Reply(b""), "empty", "empty"),
        (Reply({"note": "no sound here"}), "truncated", "not sound"),
        (Reply(MP3[:50], promised=len(MP3)), "truncated", ""),
    ],
)  # fmt: skip
def test_speech_that_fails_says_why(world: World, reply: Reply, failure: str, words: str) -> None:
    world.loopback.on(SPEAK, reply)
    failed = world.failed("elevenlabs/eleven_v4")
    assert failed.failure == failure and words in failed.text


def test_a_picture_is_asked_for_as_a_form_and_saved_whole(world: World) -> None:
    world.loopback.on(DRAW, Reply(PICTURE))
    made = world.made("stability/sd3.5-large", size="1344x768")
    assert Path(made.files[0]).read_bytes() == PNG and made.cost_usd == pytest.approx(0.065)
    (asked,) = world.loopback.asked
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert asked.headers["Accept"] == "application/json"
    fields = {name: f'name="{name}"\r\n\r\n{value}\r\n'.encode() in asked.body for name, value in
              (("prompt", PROMPT), ("model", "sd3.5-large"), ("aspect_ratio", "16:9"), ("output_format", "png"))}  # fmt: skip
    assert all(fields.values()), fields


def test_a_model_with_a_path_of_its_own_is_called_there(world: World) -> None:
    world.loopback.on("POST /v2beta/stable-image/generate/ultra", Reply(PICTURE))
    assert world.made("stability/stable-image-ultra").cost_usd == pytest.approx(0.08)
    assert b'name="model"' not in world.loopback.asked[0].body


def test_several_pictures_are_several_requests(world: World) -> None:
    world.loopback.on(DRAW, Reply(PICTURE))
    made = world.made("stability/sd3.5-medium", count=3)
    assert len(set(made.files)) == 3 and made.units == 3 and made.cost_usd == pytest.approx(3 * 0.035)


def test_pictures_that_were_paid_for_are_kept_when_a_later_one_fails(world: World) -> None:
    world.loopback.on(DRAW, Reply(PICTURE), Reply(PICTURE), Reply({"errors": ["out of credit"]}, 402))
    made = world.made("stability/sd3.5-medium", count=4)
    assert len(made.files) == 2 and made.cost_usd == pytest.approx(2 * 0.035)
    assert made.notes == ("2 of 4 were made: out of credit",)


@pytest.mark.parametrize(
    ("reply", "failure", "words"),
    [
        (Reply({"finish_reason": "CONTENT_FILTERED", "image": "", "seed": 1}), "content_filter", "CONTENT_FILTERED"),
        (Reply({"name": "content_moderation", "errors": ["Your request was flagged by our content moderation system"]}, 403), "content_filter", "flagged"),
        (Reply({"finish_reason": "SUCCESS", "image": None}), "empty", "no picture"),
        (Reply({"finish_reason": "SUCCESS", "image": "AAA!"}), "truncated", "base64"),
        (Reply({"finish_reason": "SUCCESS", "image": PICTURE["image"][:41]}), "truncated", "base64"),  # type: ignore[index]
        (Reply({"finish_reason": "SUCCESS", "image": base64.b64encode(b"plain text").decode()}), "truncated", "not an image"),
        (Reply({"errors": ["bad key"]}, 401), "auth", "bad key"),
        (Reply({"errors": ["slow"]}, 429), "rate_limit", "slow"),
        (Reply(b"<html>bad gateway</html>", 502), "server", "status 502"),
    ],
)  # fmt: skip
def test_a_picture_that_fails_says_why(world: World, reply: Reply, failure: str, words: str) -> None:
    world.loopback.on(DRAW, reply)
    failed = world.failed("stability/sd3.5-large")
    assert failed.failure == failure and words in failed.text


def test_calls_at_once_lose_nothing(world: World) -> None:
    world.loopback.on(SPEAK, Reply(MP3))

    async def all_of_them() -> list[Made]:
        return await asyncio.gather(*(world.make("elevenlabs/eleven_v4") for _ in range(16)))

    files = [file for made in asyncio.run(all_of_them()) for file in made.files]
    assert len(set(files)) == 16 and {Path(file).read_bytes() for file in files} == {MP3}
    assert len(world.left()) == 16
