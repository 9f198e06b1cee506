"""Whatever a provider answers: a file or a failure, and neither key nor prompt in a log."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.dispatch.media.api import reason_of
from router.dispatch.media.sniff import sort_of
from router.dispatch.ports import CallFailed
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import FILES, JOBS, KEY, PROMPT, Job, World

each = pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
WORDS = ("status", "COMPLETED", "SUCCEEDED", "succeeded", "done", "output", "images", "video", "url", "uri", "error", "detail",
         "id", "request_id", "response", "generateVideoResponse", "generatedSamples", "failure", "job-1", "has_nsfw_concepts")  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)


@each
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=st.dictionaries(st.sampled_from(WORDS), PLAIN, max_size=6), result=PLAIN)
def test_any_answer_is_a_file_or_a_failure(
    world: World, job: Job, state: dict[str, Any], result: Any
) -> None:
    job.script(world.loopback, state)
    if job.result:
        world.loopback.on(job.result, Reply(result))
    try:
        assert world.made(job.model, deadline_s=3.0).files
    except CallFailed as failed:
        assert failed.final and "\n" not in failed.text and world.left() == []


@given(body=st.binary(max_size=80) | PLAIN.map(lambda plain: json.dumps(plain).encode()))
def test_any_body_of_a_failure_has_words_or_none(body: bytes) -> None:
    assert isinstance(reason_of(body), str)


@given(head=st.binary(max_size=64))
def test_any_head_is_of_a_known_sort_or_none(head: bytes) -> None:
    sort = sort_of(head)
    assert sort is None or (sort.kind in FILES and sort.ending.isalnum())


@pytest.mark.parametrize(
    ("head", "kind", "ending"),
    [
        (FILES["image"], "image", "png"), (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image", "jpg"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image", "webp"),
        (FILES["video"], "video", "mp4"), (b"\x1aE\xdf\xa3\x01", "video", "webm"), (b"\x00\x00\x00\x1cftypavif", "image", "avif"),
        (FILES["audio"], "audio", "mp3"), (b"\xff\xfb\x90\x00", "audio", "mp3"), (b"\xff\xf1\x50\x80", "audio", "aac"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio", "wav"), (b"OggS\x00", "audio", "ogg"), (b"fLaC\x00", "audio", "flac"),
    ],
)  # fmt: skip
def test_the_first_bytes_say_what_a_file_is(head: bytes, kind: str, ending: str) -> None:
    assert sort_of(head[:64]) == (kind, ending)


@pytest.mark.parametrize(
    "head", [b"", b"<html>", b'{"error": 1}', b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"%PDF-1.7", b"PK\x03\x04"]
)
def test_what_is_no_medium_is_none(head: bytes) -> None:
    assert sort_of(head) is None


@each
def test_no_log_holds_the_key_or_the_prompt(world: World, job: Job, caplog: pytest.LogCaptureFixture) -> None:
    job.script(world.loopback, *job.finished(world.loopback, f"{world.loopback.url}/out"))
    world.loopback.on("GET /out", Reply(FILES[job.kind]))
    with caplog.at_level(logging.DEBUG):
        (file,) = world.made(job.model).files
    assert Path(file).exists() and len(caplog.records) > 3
    assert not [
        record for record in caplog.records if KEY in record.getMessage() or PROMPT in record.getMessage()
    ]
