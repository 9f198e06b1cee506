"""What a shortened output gains: counted, only when the transcript shows it was taken, less what was read again."""

import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from router.base.places import find_places
from router.compress.raw_store import MAX_AGE_DAYS, RawStore
from router.compress.tokens import count
from router.engine.hook_compress import AGAIN_S, KEPT_MS, notes_folder
from router.engine.outputs import settle_outputs
from router.ops.gain import OPERATION as GAIN
from router.ops.operation import Operation, Surroundings
from router.ops.raw import OPERATION as RAW
from tests.hook_compress.test_hook_output import HELD, TOLD
from tests.hook_compress.world import LOG, START, World, bash

LATER_S = 60


def ran(world: World, operation: Operation, *, after_s: float = LATER_S, **values: Any) -> Any:
    around = Surroundings(
        environ=world.environ, cwd=world.project, clock=lambda: START + timedelta(seconds=after_s),
        read_input=lambda: b"", progress=lambda _: None, out=io.StringIO(), warn=pytest.fail,
    )  # fmt: skip
    defaults = {parameter.name: parameter.default for parameter in operation.parameters}
    return operation.run({**defaults, **values}, around).plain  # type: ignore[union-attr]


def output_layer(world: World, **fields: Any) -> dict[str, Any]:
    layer: dict[str, Any] = next(row for row in ran(world, GAIN, period="all", **fields)["layers"] if row["layer"] == "output")
    return layer


def transcript(world: World, call: str, shown: str, *, blocks: bool = False) -> None:
    """The session's lines in Claude Code's file: the call, and what its model was given."""
    content: Any = [{"type": "text", "text": shown}] if blocks else shown
    lines = [
        {"type": "assistant", "message": {"role": "assistant", "model": "claude-sonnet-5", "content": [
            {"type": "text", "text": "Looking."}, {"type": "tool_use", "id": call, "name": "Bash", "input": {}}]}},
        {"type": "user", "message": {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call, "content": content, "is_error": False}]}},
        {"type": "user", "message": {"role": "user", "content": f"what was {call}?"}},
    ]  # fmt: skip
    with (world.home / "transcript.jsonl").open("a", encoding="utf-8") as file:
        file.write("not json\n" + "".join(f"{json.dumps(line)}\n" for line in lines))


def shortened(world: World, call: str = TOLD, **fields: Any) -> str:
    answer = world.with_switch("on").hook(world.event(call, bash(LOG["output"])), **fields)
    text: str = answer["hookSpecificOutput"]["updatedToolOutput"]["stdout"]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("blocks", [False, True], ids=("text", "blocks"))
def test_a_replacement_in_the_transcript_counts_as_a_tokenizer_counts(world: World, blocks: bool) -> None:
    text = shortened(world)
    transcript(world, TOLD, text, blocks=blocks)
    layer = output_layer(world)
    assert (layer["outputs"], layer["raw"], layer["kept"]) == (1, count(LOG["output"])[0], count(text)[0])
    assert count(text)[1] == "o200k_base"
    assert layer["saved"] == count(LOG["output"])[0] - count(text)[0] > 0
    assert layer["estimated"] == 0
    assert output_layer(world, after_s=2 * LATER_S) == layer


def test_what_was_counted_while_the_whole_output_was_kept_stays_counted(world: World) -> None:
    text = shortened(world)
    transcript(world, TOLD, text)
    settle_outputs(find_places(world.environ, world.project), START + timedelta(seconds=LATER_S))
    RawStore(world.user / "raw").prune(everything=True)
    layer = output_layer(world, after_s=30 * 86_400)
    assert (layer["outputs"], layer["raw"], layer["estimated"]) == (1, count(LOG["output"])[0], 0)


def test_what_no_tokenizer_saw_is_told_as_an_estimate(world: World) -> None:
    text = shortened(world)
    transcript(world, TOLD, text)
    RawStore(world.user / "raw").prune(everything=True)
    layer = output_layer(world)
    assert (layer["outputs"], layer["estimated"]) == (1, 1)


def test_an_output_that_the_model_was_given_whole_counts_nothing(world: World) -> None:
    shortened(world)
    transcript(world, TOLD, LOG["output"])
    layer = output_layer(world)
    assert (layer["outputs"], layer["refused"], layer["unconfirmed"], layer["saved"]) == (0, 1, 0, 0)


def test_without_a_transcript_it_is_unconfirmed_until_there_is_one(world: World) -> None:
    text = shortened(world)
    layer = output_layer(world)
    assert (layer["outputs"], layer["unconfirmed"], layer["saved"]) == (0, 1, 0)
    transcript(world, TOLD, text)
    layer = output_layer(world)
    assert (layer["outputs"], layer["unconfirmed"]) == (1, 0)


def test_a_pipe_that_is_named_as_a_transcript_is_not_read(world: World) -> None:
    os.mkfifo(world.home / "transcript.jsonl")
    shortened(world)
    assert output_layer(world)["unconfirmed"] == 1


def test_reading_the_whole_output_again_is_taken_off(world: World) -> None:
    text = shortened(world)
    transcript(world, TOLD, text)
    handle = text.rstrip().rpartition(" ")[2].rstrip("]")
    assert ran(world, RAW, id=handle)["text"] == LOG["output"]
    layer = output_layer(world)
    whole = count(LOG["output"])[0]
    assert (layer["fetched"], layer["saved"]) == (whole, -count(text)[0])
    ran(world, RAW, id=handle)
    assert output_layer(world)["fetched"] == 2 * whole


def test_an_output_that_no_hook_shortened_charges_nobody(world: World) -> None:
    handle = RawStore(world.user / "raw", clock=lambda: START).put("pytest", "by hand", 0)
    assert ran(world, RAW, id=handle)["text"] == "by hand"
    assert world.lines("fetched") == []


@pytest.mark.parametrize(("after_s", "charged"), [(AGAIN_S - 1, 1), (AGAIN_S + 1, 0)])
def test_the_same_command_soon_after_is_a_look_at_what_was_shortened(world: World, after_s: float, charged: int) -> None:
    shortened(world)
    first = world.lines("compression")[0]
    shortened(world, TOLD, after_s=after_s)
    assert [line["of"] for line in world.lines("fetched")] == [first["id"]] * charged


def test_another_command_and_another_session_are_charged_nothing(world: World) -> None:
    shortened(world)
    on = world.with_switch("on")
    on.hook(world.event(TOLD, bash(LOG["output"]), session_id="another"), after_s=1)
    on.hook(world.event(TOLD, bash(LOG["output"]), tool_input={"command": "docker compose logs db"}), after_s=1)
    assert world.lines("fetched") == [] and len(world.lines("compression")) == 3


def test_an_output_of_the_holdout_is_counted_and_never_asked_of_the_transcript(world: World) -> None:
    assert world.with_switch("on").hook(world.event(HELD, bash(LOG["output"]))) is None
    transcript(world, HELD, LOG["output"])
    layer = output_layer(world)
    assert (layer["holdout"], layer["outputs"], layer["refused"], layer["unconfirmed"]) == (1, 0, 0, 0)


def test_notes_go_with_the_whole_outputs_and_lose_what_is_no_longer_asked(world: World) -> None:
    text = shortened(world)
    (path,) = notes_folder(world.user).iterdir()
    assert json.loads(path.read_bytes())["kept"] == text
    transcript(world, TOLD, text)
    output_layer(world)
    assert set(json.loads(path.read_bytes())) == {"id", "handle", "holdout", "call"}
    output_layer(world, after_s=8 * 86_400)
    assert not path.exists()


def test_a_hook_removes_notes_whose_outputs_are_gone_and_nothing_else(world: World) -> None:
    shortened(world)
    (old,) = notes_folder(world.user).iterdir()
    stray = notes_folder(world.user) / "read me.txt"
    stray.write_text("a person's", encoding="utf-8")
    shortened(world, after_s=KEPT_MS / 1000 + 1)
    left = set(notes_folder(world.user).iterdir())
    assert old not in left and stray in left and len(left) == 2
    assert MAX_AGE_DAYS * 86_400_000 == KEPT_MS


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"id": 3}', b'{"id": "x", "handle": "y", "kept": 5, "transcript": 4}'])
def test_damaged_notes_hold_nothing_up(world: World, data: bytes) -> None:
    text = shortened(world)
    transcript(world, TOLD, text)
    (path,) = notes_folder(world.user).iterdir()
    Path(str(path).replace(path.name.partition(".")[0], "0" * 24)).write_bytes(data)
    (notes_folder(world.user) / "stray.json").write_bytes(b"{}")
    assert output_layer(world)["outputs"] == 1
