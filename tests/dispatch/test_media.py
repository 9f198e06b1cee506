"""Media through the run loop: files come with the answer, and no job is begun twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.base.failures import NoAnswerError
from router.dispatch.loopback import Loopback, Reply, Request
from router.model.call import Ask
from router.model.catalogue import Catalogue, Provider
from tests.dispatch.support import World, model, plan
from tests.fake_provider import FakeProvider

VOICE = "elevenlabs/eleven_v4"
SPOKEN = b"ID3\x04" + b"\0" * 500
PROVIDERS = {"elevenlabs": Provider("elevenlabs", "ElevenLabs", "api", (), "elevenlabs")}
SPEAKER = model(VOICE, unit="character", unit_usd=0.001, capabilities=frozenset({"audio"}), mode="audio_speech")
SAY = Ask(({"role": "user", "content": "twelve chars"},), kind="media")


class Speaker(FakeProvider):
    """A provider that speaks, or answers with the statuses it was given first; -1 never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.asked = 0
        self._server = Loopback(self._speak)

    def base_url(self, provider: str) -> str:
        """Its address."""
        return self._server.url

    async def _speak(self, request: Request, reply: Reply) -> None:
        self.asked += 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status < 0:
            await reply.gone()
        elif status >= 400:
            await reply.whole(b'{"detail": {"message": "not now"}}', status)
        else:
            await reply.whole(SPOKEN, kind="audio/mpeg")


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    with Speaker() as server:
        yield server


def world(speaker: Speaker, folder: Path) -> World:
    """A world in which only the speaker answers."""
    return World(speaker, catalogue=Catalogue(providers=PROVIDERS, models={VOICE: SPEAKER}), cwd=folder)


def test_the_file_comes_with_the_answer_and_is_paid_by_the_unit(speaker: Speaker, tmp_path: Path) -> None:
    around = world(speaker, tmp_path)
    answer = around.answer(plan(VOICE), SAY)
    assert [Path(file).read_bytes() for file in answer.files] == [SPOKEN]
    assert Path(answer.files[0]).parent == tmp_path / "media"
    assert (answer.cost_usd, answer.estimated) == (pytest.approx(0.012), False)
    assert around.purse.outcomes == [("answered", None)]


def test_a_job_that_was_turned_away_is_asked_for_again(speaker: Speaker, tmp_path: Path) -> None:
    speaker.statuses = [429]
    around = world(speaker, tmp_path)
    assert around.answer(plan(VOICE), SAY).files
    assert around.purse.outcomes == [("failed", "rate_limit"), ("answered", None)]
    assert around.purse.settled[0][1].cost_usd == 0.0


def test_a_job_that_may_be_under_way_is_not_begun_again(speaker: Speaker, tmp_path: Path) -> None:
    speaker.statuses = [500]
    with pytest.raises(NoAnswerError):
        world(speaker, tmp_path).answer(plan(VOICE), SAY)
    assert speaker.asked == 1


def test_a_job_that_ran_out_of_time_is_paid_at_its_estimate(speaker: Speaker, tmp_path: Path) -> None:
    speaker.statuses = [-1]
    around = world(speaker, tmp_path)
    with pytest.raises(NoAnswerError):
        around.answer(plan(VOICE, attempt_s=0.2), SAY)
    assert around.purse.outcomes == [("failed", "timeout")]
    claim, settlement = around.purse.settled[0]
    assert settlement.cost_usd == claim.estimate_usd
    assert claim.estimate_usd
    assert settlement.estimated
