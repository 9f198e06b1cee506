"""What is asked for reaches the provider in its own words, and what cannot be is refused before anything is sent."""

import asyncio
from typing import Any

import pytest

from router.dispatch.media.wanted import wanted_of
from router.dispatch.ports import CallFailed
from router.model.call import Ask
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import FILES, JOBS, PROMPT, World


def sent(world: World, name: str, **media: Any) -> Any:
    """The body of the request that submits a job."""
    job = JOBS[name]
    job.script(world.loopback, *job.finished(world.loopback, f"{world.loopback.url}/out"))
    world.loopback.on("GET /out", Reply(FILES[job.kind]))
    world.made(job.model, **media)
    return world.loopback.asked[0].json()


@pytest.mark.parametrize(
    ("name", "media", "body"),
    [
        ("fal", {}, {"prompt": PROMPT, "num_images": 1}),
        ("fal", {"size": "1024x768", "count": 2}, {"prompt": PROMPT, "num_images": 2, "image_size": {"width": 1024, "height": 768}, "aspect_ratio": "4:3"}),
        ("fal film", {"seconds": 7, "size": "1080x1920"}, {"prompt": PROMPT, "duration": "7", "aspect_ratio": "9:16"}),
        ("runway", {}, {"model": "gen4.5", "promptText": PROMPT, "ratio": "1280:720", "duration": 5}),
        ("runway", {"size": "720x1280", "seconds": 9.2}, {"model": "gen4.5", "promptText": PROMPT, "ratio": "720:1280", "duration": 10}),
        ("runway picture", {"size": "1920x1080"}, {"model": "gen4_image", "promptText": PROMPT, "ratio": "1920:1080"}),
        ("replicate", {"size": "1000x1000"}, {"input": {"prompt": PROMPT, "aspect_ratio": "1:1"}}),
        ("xai", {"seconds": "3", "size": "1920x1080"}, {"model": "grok-imagine-video-1.5", "prompt": PROMPT, "duration": 3, "aspect_ratio": "16:9"}),
        ("veo", {"seconds": 7}, {"instances": [{"prompt": PROMPT}], "parameters": {"durationSeconds": 8}}),
        ("veo", {"seconds": 60, "size": "720x1280"}, {"instances": [{"prompt": PROMPT}], "parameters": {"durationSeconds": 8, "aspectRatio": "9:16"}}),
    ],
)  # fmt: skip
def test_a_wish_in_the_providers_words(world: World, name: str, media: dict[str, Any], body: Any) -> None:
    assert sent(world, name, **media) == body


def test_what_is_billed_is_what_was_made(world: World) -> None:
    job = JOBS["xai"]
    job.script(
        world.loopback, {"status": "done", "video": {"url": f"{world.loopback.url}/out", "duration": 4.0}}
    )
    world.loopback.on("GET /out", Reply(FILES["video"]))
    made = world.made(job.model, seconds=6)
    assert (made.unit, made.units) == ("second", 4.0) and made.cost_usd == pytest.approx(4 * 0.08)


def test_several_pictures_of_one_job_are_all_saved(world: World) -> None:
    job = JOBS["fal"]
    urls = [{"url": f"{world.loopback.url}/out/{number}"} for number in range(3)]
    job.script(world.loopback, {"status": "COMPLETED"})
    world.loopback.on(str(job.result), Reply({"images": urls}))
    for number in range(3):
        world.loopback.on(f"GET /out/{number}", Reply(FILES["image"] + bytes([number])))
    made = world.made(job.model, count=3)
    assert len(set(made.files)) == 3 and made.cost_usd == pytest.approx(3 * 0.04)


def test_one_bad_picture_of_a_job_leaves_none(world: World) -> None:
    job = JOBS["fal"]
    urls = [{"url": f"{world.loopback.url}/out/{number}"} for number in range(2)]
    job.script(world.loopback, {"status": "COMPLETED"})
    world.loopback.on(str(job.result), Reply({"images": urls}))
    world.loopback.on("GET /out/0", Reply(FILES["image"]))
    assert "404" in world.failed(job.model).text


def test_a_picture_blanked_by_a_filter_is_a_failure(world: World) -> None:
    job = JOBS["fal"]
    job.script(world.loopback, {"status": "COMPLETED"})
    world.loopback.on(
        str(job.result), Reply({"images": [{"url": "https://x.example"}], "has_nsfw_concepts": [True]})
    )
    assert world.failed(job.model).failure == "content_filter"


def test_a_result_within_the_answer_is_saved(world: World) -> None:
    job = JOBS["fal"]
    job.script(world.loopback, {"status": "COMPLETED"})
    world.loopback.on(str(job.result), Reply({"images": [{"url": "data:image/png;base64,iVBORw0KGgoAAAA="}]}))
    assert len(world.made(job.model).files) == 1


@pytest.mark.parametrize(
    "media",
    [
        {"size": "big"}, {"size": "0x10"}, {"size": "1024×1024"}, {"size": 1024}, {"seconds": 0}, {"seconds": 61},
        {"seconds": "nan"}, {"seconds": "soon"}, {"seconds": [3]}, {"count": 9}, {"count": 0}, {"voice": "a\nb"}, {"voice": ""},
        {"voice": "x" * 101}, {"quality": 3}, {"format": "exe"}, {"kind": "smell"}, {"kind": "image"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wish_no_provider_could_grant_is_refused(world: World, media: dict[str, Any]) -> None:
    failed = world.failed("runway/gen4.5", **media)
    assert failed.failure == "bad_request" and failed.final and world.loopback.asked == []


@pytest.mark.parametrize("content", ["", "  \n", [], [{"type": "text"}], None, [3]])
def test_a_wish_without_words_is_refused(world: World, content: Any) -> None:
    with pytest.raises(CallFailed, match="no text"):
        wanted_of(world.target("runway/gen4.5"), Ask(messages=({"role": "user", "content": content},)))


def parts(image: object) -> Ask:
    text = [{"type": "text", "text": "make it"}, {"type": "text", "text": "move"}]
    return Ask(messages=({"role": "user", "content": [*text, {"type": "image_url", "image_url": image}]},))


def test_a_picture_to_begin_from_is_passed_on(world: World) -> None:
    wanted = wanted_of(world.target("runway/gen4.5"), parts({"url": "https://pictures.example/a.png"}))
    assert (wanted.prompt, wanted.image) == ("make it\nmove", "https://pictures.example/a.png")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://169.254.169.254/", "data:text/html,x", 7])
def test_an_address_that_is_no_picture_is_refused(world: World, url: object) -> None:
    with pytest.raises(CallFailed, match="a picture to begin from"):
        wanted_of(world.target("runway/gen4.5"), parts({"url": url}))


def test_a_film_that_begins_from_a_picture_is_made_of_it(world: World) -> None:
    from router.dispatch.media.runway import make
    from router.dispatch.media.wanted import Wanted

    wanted = Wanted("video", "move", seconds=5.0, image="data:image/png;base64,AAAA")
    world.loopback.on("POST /v1/image_to_video", Reply({"id": "../x"}))
    with pytest.raises(CallFailed):
        asyncio.run(_with_api(world, lambda api: make("gen4.5", wanted, api)))
    assert world.loopback.asked[0].json()["promptImage"] == "data:image/png;base64,AAAA"


async def _with_api(world: World, use: Any) -> Any:
    import httpx

    from router.dispatch.media import Studio
    from router.dispatch.media.api import Api

    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        studio = Studio(http, world.folder, 700.0, clock=lambda: world.now, sleep=world.sleep)
        return await use(Api(studio, f"{world.loopback.url}/v1", {}, "", "move"))
