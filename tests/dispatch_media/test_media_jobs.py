"""Jobs of every provider: done, failed, empty, refused, out of reach, given up."""

import asyncio
import shutil
import threading
from pathlib import Path

import pytest

from router.dispatch.media.make import ADAPTERS
from router.dispatch.media.polling import FIRST_S, LONGEST_S
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import FILES, JOBS, KEY, PROMPT, Job, World

each = pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
each_that_cancels = pytest.mark.parametrize(
    "job",
    [job for job in JOBS.values() if job.cancel],
    ids=[name for name, job in JOBS.items() if job.cancel],
)


def finishes(world: World, job: Job, *results: Reply) -> None:
    """The job is done after one look, with its result on another path of the same server."""
    job.script(world.loopback, *job.finished(world.loopback, f"{world.loopback.url}/out/file"))
    world.loopback.on("GET /out/file", *(results or [Reply(FILES[job.kind])]))


def test_every_adapter_of_jobs_is_tried() -> None:
    tried = {load.model.partition("/")[0] for load in JOBS.values()} | {"elevenlabs", "stability"}
    assert len(tried) == len(ADAPTERS) == 7


@each
def test_a_finished_job_is_saved_whole_and_priced(world: World, job: Job) -> None:
    finishes(world, job)
    made = world.made(job.model)
    (path,) = map(Path, made.files)
    assert path.read_bytes() == FILES[job.kind] and path.parent == world.folder
    assert path.stat().st_mode & 0o777 == 0o600 and world.folder.stat().st_mode & 0o777 == 0o700
    assert path.name.startswith(f"{job.kind}-") and world.left() == [path.name]
    assert not {word for word in PROMPT.split() if len(word) > 3 and word in path.name}
    assert made.cost_usd == pytest.approx(job.usd) and not made.estimated and made.notes == ()
    assert world.sleeps == [FIRST_S]


@each
def test_the_key_goes_to_the_provider_only_as_a_header(world: World, job: Job) -> None:
    finishes(world, job)
    world.made(job.model)
    for asked in world.loopback.asked:
        assert KEY not in asked.path and KEY.encode() not in asked.body
    assert any(KEY in value for value in world.loopback.asked[0].headers.values())


@each
def test_a_failed_job_is_a_failure_in_the_providers_words(world: World, job: Job) -> None:
    job.script(world.loopback, job.running, job.failed(f"the {KEY} worker died on {PROMPT}"))
    failed = world.failed(job.model)
    assert failed.failure == "server" and failed.final and "worker died" in failed.text


@each
def test_a_job_that_moderation_ended_is_told_as_that(world: World, job: Job) -> None:
    job.script(world.loopback, job.failed("Flagged by our content policy"))
    assert world.failed(job.model).failure == "content_filter"


@each
def test_a_job_that_is_done_without_a_result_is_a_failure(world: World, job: Job) -> None:
    job.script(world.loopback, *job.finished(world.loopback, None))
    failed = world.failed(job.model)
    assert failed.failure == "empty" and failed.final


@each
def test_an_empty_file_is_a_failure(world: World, job: Job) -> None:
    finishes(world, job, Reply(b""))
    assert world.failed(job.model).failure == "empty"


@each
def test_a_page_in_the_place_of_a_result_is_a_failure(world: World, job: Job) -> None:
    finishes(world, job, Reply(b"<html><body>not found</body></html>", headers={"Content-Type": "image/png"}))
    failed = world.failed(job.model)
    assert failed.failure == "truncated" and "the result is not" in failed.text


@each
def test_a_download_that_breaks_off_is_made_again(world: World, job: Job) -> None:
    whole = FILES[job.kind]
    finishes(world, job, Reply(whole[:100], promised=len(whole)), Reply(whole))
    (file,) = world.made(job.model).files
    assert Path(file).read_bytes() == whole and len(world.left()) == 1


@each
def test_a_download_that_always_breaks_off_leaves_nothing(world: World, job: Job) -> None:
    whole = FILES[job.kind]
    finishes(world, job, Reply(whole[:100], promised=len(whole)))
    failed = world.failed(job.model)
    assert failed.failure == "truncated" and failed.final
    assert world.loopback.paths().count("GET /out/file") == 3


@each
def test_a_rate_limit_may_be_tried_again_when_the_provider_says(world: World, job: Job) -> None:
    world.loopback.on(job.submit, Reply({"detail": "slow down"}, 429, {"Retry-After": "7"}))
    failed = world.failed(job.model)
    assert (failed.failure, failed.retry_after_s, failed.final) == ("rate_limit", 7.0, False)


@each
@pytest.mark.parametrize(("status", "failure"), [(400, "bad_request"), (401, "auth"), (403, "auth"), (404, "not_found"), (500, "server"), (503, "overloaded")])  # fmt: skip
def test_a_status_is_a_failure_with_the_providers_words(
    world: World, job: Job, status: int, failure: str
) -> None:
    world.loopback.on(job.submit, Reply({"error": {"message": f"no: {KEY} for {PROMPT}"}}, status))
    failed = world.failed(job.model)
    assert failed.failure == failure and failed.text.startswith("no: ***")


@each
@pytest.mark.parametrize("id_", ["../../admin", "", "..", 7, None, "x" * 300])
def test_an_id_that_is_none_is_a_failure(world: World, job: Job, id_: object) -> None:
    world.loopback.on(job.submit, Reply(dict.fromkeys(job.accepted, id_)))
    failed = world.failed(job.model)
    assert failed.final and len(world.loopback.asked) == 1


@each
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"[" * 50_000, b"\xff"])
def test_an_answer_that_is_no_object_is_a_failure(world: World, job: Job, body: bytes) -> None:
    world.loopback.on(job.submit, Reply(body))
    failed = world.failed(job.model)
    assert failed.final and "is not a JSON object" in failed.text


@each
def test_looking_goes_on_when_a_look_fails(world: World, job: Job) -> None:
    finishes(world, job)
    done = world.loopback.script[job.status]
    busy = Reply({}, 429, {"Retry-After": "9"})
    world.loopback.on(job.status, Reply({}, 503), busy, Reply(b"garbage"), *done)
    assert len(world.made(job.model).files) == 1
    assert world.sleeps == [1.0, 9.0, 2.25, 3.375]


@each
def test_lost_contact_ends_the_call_and_the_job(world: World, job: Job) -> None:
    job.script(world.loopback, job.running, Reply({"error": "gone"}, 500))
    failed = world.failed(job.model)
    assert failed.failure == "timeout" and failed.final and failed.text == "gone"
    assert world.loopback.paths().count(job.status) == 6
    assert world.loopback.paths()[-1] == (job.cancel or job.status)


@each
def test_looks_come_less_and_less_often_until_the_deadline(world: World, job: Job) -> None:
    job.script(world.loopback, job.running)
    failed = world.failed(job.model, deadline_s=60.0)
    assert failed.failure == "timeout" and failed.final
    assert sum(world.sleeps) < 60.0 and world.sleeps == sorted(world.sleeps)
    assert world.sleeps[:3] == [1.0, 1.5, 2.25] and max(world.sleeps) <= LONGEST_S
    assert world.loopback.paths()[-1] == (job.cancel or job.status)


@each_that_cancels
def test_cancelling_the_call_cancels_the_job(world: World, job: Job) -> None:
    gate = threading.Event()
    job.script(world.loopback, Reply(job.running, gate=gate))

    async def cancelled() -> None:
        task = asyncio.create_task(world.make(job.model))
        while job.status not in world.loopback.paths():
            await asyncio.to_thread(world.loopback.arrived.wait, 5)
            world.loopback.arrived.clear()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert world.loopback.paths()[-1] == job.cancel and world.left() == []


@each
def test_a_provider_that_hangs_is_left_at_the_deadline(world: World, job: Job) -> None:
    world.loopback.on(job.submit, Reply(job.accepted, gate=threading.Event()))
    failed = world.failed(job.model, deadline_s=0.2)
    assert failed.failure == "timeout" and failed.final


@each
def test_a_closed_port_is_a_failure_of_the_connection(world: World, job: Job) -> None:
    world.loopback.port = 1
    failed = world.failed(job.model)
    assert failed.failure == "connection" and not failed.final


class Vanishing(World):
    """A disk that is gone when the result comes."""

    async def sleep(self, seconds: float) -> None:
        shutil.rmtree(self.folder)
        await super().sleep(seconds)


@each
def test_a_result_that_cannot_be_written_is_told_and_not_made_again(world: World, job: Job) -> None:
    finishes(world, job)
    failed = Vanishing(world.loopback, world.folder).failed(job.model)
    assert failed.final and failed.text == "the result cannot be written: No such file or directory"


@each
def test_a_look_that_is_refused_for_good_ends_the_call_in_the_providers_words(world: World, job: Job) -> None:
    refusal = Reply({"detail": [{"loc": ["body", "prompt"], "msg": "too long for this model"}]}, 422)
    job.script(world.loopback, job.running, refusal)
    failed = world.failed(job.model)
    assert (failed.failure, failed.text, failed.final) == ("bad_request", "too long for this model", True)
    assert world.loopback.paths()[-1] == job.status


def test_a_result_that_is_an_error_is_a_failure_in_the_models_words(world: World) -> None:
    job = JOBS["fal"]
    job.script(world.loopback, {"status": "COMPLETED"})
    world.loopback.on(
        str(job.result),
        Reply({"detail": [{"msg": "The images could not be generated", "type": "no_media_generated"}]}, 422),
    )
    failed = world.failed(job.model)
    assert (failed.failure, failed.text) == ("bad_request", "The images could not be generated")


def test_the_addresses_that_a_provider_names_for_a_job_are_used_when_they_are_its_own(world: World) -> None:
    own = f"{world.loopback.url}/v2/queue/job-1"
    named = {"status_url": f"{own}/status", "response_url": own, "cancel_url": f"{own}/stop"}
    world.loopback.on(JOBS["fal"].submit, Reply({"request_id": "job-1", **named}))
    world.loopback.on("GET /v2/queue/job-1/status", Reply({"status": "COMPLETED"}))
    world.loopback.on("GET /v2/queue/job-1", Reply({"images": [{"url": f"{world.loopback.url}/out"}]}))
    world.loopback.on("GET /out", Reply(FILES["image"]))
    assert len(world.made(JOBS["fal"].model).files) == 1


@pytest.mark.parametrize(
    "path",
    [
        "https://thief.example/status",
        "/status",
        "{own}.thief.example/x",
        "{own}/../x",
        "{own}@thief.example/",
        "{own}/a b",
        7,
    ],
)
def test_an_address_of_a_job_that_is_not_the_providers_own_is_not_used(world: World, path: object) -> None:
    job = JOBS["fal"]
    finishes(world, job)
    url = path.format(own=world.loopback.url) if isinstance(path, str) else path
    world.loopback.on(job.submit, Reply({"request_id": "job-1", "status_url": url}))
    assert len(world.made(job.model).files) == 1 and job.status in world.loopback.paths()
