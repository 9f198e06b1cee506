"""What the policy and the environment make of a call's words: a style asked for before it, an answer shortened after it."""

from collections.abc import Mapping
from typing import Any

from router.base.places import Places
from router.compress.raw_store import RawStore, raw_folder
from router.compress.text.answer import compress_answer
from router.compress.text.style import style_prompt
from router.compress.text.wanted import wanted
from router.engine.records import Records
from router.facts.prompt_tokens import token_estimate
from router.model.call import Answer, Ask
from router.model.decision import Decision
from router.model.ledger import Asker
from router.record.ids import new_id
from router.record.money import micros

_ANSWERS, _STYLE = "answers", "style "


def styled(ask: Ask, decision: Decision, environ: Mapping[str, str]) -> Ask:
    """The call with a short system prompt for the style that is wanted, where the caller gave none and prose is asked for."""
    said = next((words.removeprefix(_STYLE) for words in decision.compress if words.startswith(_STYLE)), None)
    has_system = any(message.get("role") == "system" for message in ask.messages)
    prompt = style_prompt(
        said or wanted(environ).style,
        task=decision.task or "query",
        has_system=has_system,
        structured=_structured(ask) or ask.kind != "answer",
    )
    if prompt is None:
        return ask
    return ask._replace(messages=({"role": "system", "content": prompt}, *ask.messages))


def shortened(
    answer: Answer, ask: Ask, decision: Decision, environ: Mapping[str, str],
    records: Records, places: Places, asker: Asker,
) -> Answer:  # fmt: skip
    """The answer without sentences that say nothing, when that is wanted; what was streamed or is structured stays."""
    asked = wanted(environ)
    if not (asked.answers or _ANSWERS in decision.compress) or ask.stream or _structured(ask) or not answer.text:
        return answer
    store = RawStore(raw_folder(places), clock=records.clock)
    made = compress_answer(answer.text, target=asked.target, keep=lambda text: store.put("answer", text, None))
    if made.text == answer.text:
        return answer
    records.spool.offer("compression", _row(answer, made.text, asker, micros(records.clock())))
    return answer._replace(text=made.text, original=made.report.handle)


def _structured(ask: Ask) -> bool:
    return ask.response_format is not None or bool(ask.tools)


def _row(answer: Answer, text: str, asker: Asker, at: int) -> dict[str, Any]:
    return {
        "id": new_id(at), "at": at, "session": asker.session, "host": asker.host, "repo": asker.repo,
        "layer": "answers", "family": None, "raw_tokens": token_estimate(answer.text),
        "kept_tokens": token_estimate(text), "accepted": True, "holdout": False, "fetched_tokens": 0,
        "model": answer.model,
    }  # fmt: skip
