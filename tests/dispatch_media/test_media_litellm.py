"""Providers that LiteLLM makes media with, through LiteLLM itself."""

import base64
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import KEY, MP3, MP4, PNG, PROMPT, World

B64 = base64.b64encode(PNG).decode()
PCM = struct.pack("<8h", *range(8)) * 20


@pytest.fixture
def openai(world: World) -> World:
    world.root = "/v1"
    return world


def test_a_picture_of_openai(openai: World) -> None:
    openai.loopback.on("POST /v1/images/generations", Reply({"created": 1, "data": [{"b64_json": B64}]}))
    made = openai.made("openai/gpt-image-2", size="1024x1024", quality="medium")
    assert Path(made.files[0]).read_bytes() == PNG and made.cost_usd == pytest.approx(0.053)
    (asked,) = openai.loopback.asked
    sent = asked.json()
    assert (sent["model"], sent["prompt"], sent["size"]) == ("gpt-image-2", PROMPT, "1024x1024")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"


def test_a_picture_at_an_address_in_a_private_network_is_not_fetched(openai: World) -> None:
    rows = [{"url": "http://169.254.169.254/latest"}]
    openai.loopback.on("POST /v1/images/generations", Reply({"created": 1, "data": rows}))
    assert "not https" in openai.failed("openai/gpt-image-2").text


def test_a_picture_at_an_address_is_fetched(openai: World) -> None:
    rows = [{"url": f"{openai.loopback.url}/out"}, {"url": f"{openai.loopback.url}/out"}]
    openai.loopback.on("POST /v1/images/generations", Reply({"created": 1, "data": rows}))
    openai.loopback.on("GET /out", Reply(PNG))
    made = openai.made("openai/gpt-image-2", count=2)
    assert len(made.files) == 2 and made.cost_usd == pytest.approx(2 * 0.053)
    assert openai.loopback.asked[0].json()["n"] == 2


def test_a_picture_of_xai(openai: World) -> None:
    openai.loopback.on("POST /v1/images/generations", Reply({"created": 1, "data": [{"b64_json": B64}]}))
    assert openai.made("xai/grok-imagine-image-2.0").cost_usd == pytest.approx(0.06)


def test_a_picture_of_gemini(world: World) -> None:
    world.root = "/v1beta"
    content = {"parts": [{"inlineData": {"mimeType": "image/png", "data": B64}}]}
    answer = {
        "candidates": [{"content": content, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 9},
    }
    world.loopback.on("POST /v1beta/models/gemini-3-pro-image:generateContent", Reply(answer))
    made = world.made("gemini/gemini-3-pro-image")
    assert Path(made.files[0]).read_bytes() == PNG and made.cost_usd == pytest.approx(0.134)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply({"error": {"message": f"slow down {KEY}", "code": "rate_limit"}}, 429, {"Retry-After": "2"}), "rate_limit"),
        (Reply({"error": {"message": "bad key", "code": "invalid_api_key"}}, 401), "auth"),
        (Reply({"error": {"message": f"no {PROMPT} here", "code": "content_policy_violation", "type": "image_generation_user_error"}}, 400), "content_filter"),
        (Reply({"error": {"message": "crash"}}, 500), "server"),
        (Reply({"created": 1, "data": []}), "empty"),
        (Reply({"created": 1, "data": [{"b64_json": B64[:401]}]}), "truncated"),
    ],
)  # fmt: skip
def test_a_picture_that_fails_says_how(openai: World, reply: Reply, failure: str) -> None:
    openai.loopback.on("POST /v1/images/generations", reply)
    assert openai.failed("openai/gpt-image-2").failure == failure
    assert len(openai.loopback.asked) == 1


def chat(audio: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": None, "audio": audio}
    usage = {"prompt_tokens": 40, "completion_tokens": 200, "total_tokens": 240}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-audio-1.5",
        "choices": [choice],
        "usage": usage,
    }


def test_speech_of_a_chat_model_is_priced_by_its_tokens(openai: World) -> None:
    sound = {"id": "a", "data": base64.b64encode(MP3).decode(), "transcript": PROMPT, "expires_at": 1}
    openai.loopback.on("POST /v1/chat/completions", Reply(chat(sound)))
    made = openai.made("openai/gpt-audio-1.5", voice="verse")
    assert Path(made.files[0]).read_bytes() == MP3 and not made.estimated
    assert made.cost_usd == pytest.approx((40 * 2.5 + 200 * 64.0) / 1e6)
    sent = openai.loopback.asked[0].json()
    assert sent["audio"] == {"voice": "verse", "format": "mp3"} and sent["modalities"] == ["text", "audio"]
    assert sent["messages"][-1] == {"role": "user", "content": PROMPT}


def test_a_chat_model_that_does_not_speak_is_a_failure(openai: World) -> None:
    openai.loopback.on("POST /v1/chat/completions", Reply(chat(None)))
    assert openai.failed("openai/gpt-audio-1.5").failure == "empty"


def test_speech_of_a_speech_model(openai: World) -> None:
    openai.loopback.on("POST /v1/audio/speech", Reply(MP3, headers={"Content-Type": "audio/mpeg"}))
    made = openai.made("openai/tts-1")
    assert Path(made.files[0]).read_bytes() == MP3 and made.cost_usd == pytest.approx(len(PROMPT) * 1.5e-05)
    sent = openai.loopback.asked[0].json()
    assert (sent["voice"], sent["input"], sent["response_format"]) == ("alloy", PROMPT, "mp3")


def test_speech_of_mistral(openai: World) -> None:
    openai.loopback.on("POST /v1/audio/speech", Reply({"audio_data": base64.b64encode(MP3).decode()}))
    made = openai.made("mistral/voxtral-mini-tts-3")
    assert Path(made.files[0]).read_bytes() == MP3 and made.cost_usd == pytest.approx(len(PROMPT) * 1.3e-05)


def test_speech_of_gemini_becomes_a_wave_file(world: World) -> None:
    world.root = "/v1beta"
    data = base64.b64encode(PCM).decode()
    content = {
        "role": "model",
        "parts": [{"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": data}}],
    }
    usage = {"promptTokenCount": 12, "candidatesTokenCount": 75, "totalTokenCount": 87}
    answer = {"candidates": [{"content": content, "finishReason": "STOP"}], "usageMetadata": usage}
    world.loopback.on("POST /v1beta/models/gemini-3.8-flash-tts:generateContent", Reply(answer))
    made = world.made("gemini/gemini-3.8-flash-tts")
    (path,) = map(Path, made.files)
    assert path.suffix == ".wav" and path.read_bytes().endswith(PCM)
    assert made.cost_usd == pytest.approx((12 * 0.5 + 75 * 9.0) / 1e6)


def video(status: str, **more: Any) -> Reply:
    return Reply(
        {"id": "video_1", "object": "video", "status": status, "created_at": 1, "model": "sora-2", **more}
    )


def test_a_film_of_a_job_through_litellm(openai: World) -> None:
    openai.loopback.on("POST /v1/videos", video("queued"))
    openai.loopback.on("GET /v1/videos/video_1", video("in_progress"), video("completed"))
    openai.loopback.on("GET /v1/videos/video_1/content", Reply(MP4, headers={"Content-Type": "video/mp4"}))
    made = openai.made("openai/sora-2", seconds=4)
    assert Path(made.files[0]).read_bytes() == MP4 and made.cost_usd == pytest.approx(4 * 0.1)


def test_a_film_that_failed_is_a_failure(openai: World) -> None:
    openai.loopback.on("POST /v1/videos", video("queued"))
    openai.loopback.on(
        "GET /v1/videos/video_1", video("failed", error={"code": "x", "message": "the worker died"})
    )
    failed = openai.failed("openai/sora-2")
    assert failed.final and "the worker died" in failed.text


def test_a_picture_to_begin_from_is_refused_rather_than_dropped(openai: World) -> None:
    import asyncio

    from router.dispatch.media.through_litellm import make
    from router.dispatch.media.wanted import Wanted
    from router.dispatch.ports import CallFailed
    from tests.dispatch_media.test_media_wishes import _with_api

    wanted = Wanted("image", "a fox", image="https://pictures.example/a.png")
    with pytest.raises(CallFailed, match="not given a picture"):
        asyncio.run(
            _with_api(openai, lambda api: make("openai/gpt-image-2", wanted, api, "image_generation"))
        )
    assert openai.loopback.asked == []
