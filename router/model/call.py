"""A call to models: what is asked, what may answer it, and what comes back."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from router.model.decision import Cap
from router.model.ledger import Asker, Failure, Kind, Usage


class Ask(NamedTuple):
    """What a model is asked, in OpenAI's chat format, which LiteLLM takes; None leaves a parameter to the provider.

    `messages` may hold images as content parts. `tools`, `tool_choice` and `response_format` are passed through.
    `kind` is `answer` for text; media calls say what they want in `media`: size, quality, seconds, voice.
    """

    messages: tuple[Mapping[str, Any], ...]
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: Any = None
    response_format: Any = None
    temperature: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    stream: bool = False
    kind: Kind = "answer"
    media: Mapping[str, Any] = {}

    @property
    def in_tool_loop(self) -> bool:
        """Whether a tool's result waits for the model that asked for it; another model must not take over then."""
        return bool(self.messages) and self.messages[-1].get("role") == "tool"


class Hop(NamedTuple):
    """What policy says of one model for this call, asked again at each hop: `stop` is why it must not be called."""

    caps: tuple[Cap, ...] = ()
    stop: str | None = None


class Switch(NamedTuple):
    """A session's model and the one that the chain would put in its place, in US dollars on this call.

    `saving_usd` is what the switch would save (None: a price is not known), `lost_usd` what the prompt cache of the
    session's model would have saved. `kept`: the session's model stays, because the switch would not pay or, `in_tool_loop`,
    because a tool's result waits for it.
    """

    last: str
    other: str
    saving_usd: float | None
    lost_usd: float
    kept: bool
    in_tool_loop: bool = False


class Plan(NamedTuple):
    """A decision made ready to be carried out.

    `chain` and `emergency` hold `provider/model`; the second is tried when the first is exhausted. `check` asks the
    policy about a model at its estimated cost in US dollars (None: unknown price). `deadline_s` is for the whole call.
    """

    call_id: str
    decision_id: str | None
    asker: Asker
    task: str | None
    complexity: str | None
    chain: tuple[str, ...]
    emergency: tuple[str, ...]
    check: Callable[[str, float | None], Hop]
    input_tokens: int
    output_tokens: int
    deadline_s: float = 120.0
    attempt_s: float = 60.0
    retries: int = 2
    switch: Switch | None = None
    """What became of another model's taking over from the session's, when the chain wanted one to."""
    demoted: Mapping[str, float] = {}
    """Models that judges thought little of, with their score: they stand last in the chain."""
    last: str | None = None
    """The session's last model, which may be sent its own thinking; None leaves that to the chain's first."""


class Tried(NamedTuple):
    """One model of the plan and what became of it; `skipped` says why it was not called at all."""

    model: str
    skipped: str | None = None
    failure: Failure | None = None
    error: str | None = None
    latency_ms: float = 0.0
    cost_usd: float | None = None


class Answer(NamedTuple):
    """What a call gave. `model` is the one of the catalogue that answered, `reported_model` as its provider names it.

    `cost_usd` is of the answering attempt, `total_usd` of all attempts whose price is known. `citations` are the
    sources' addresses a searching model gave. `files` are paths of media that were saved.
    """

    text: str
    model: str
    provider: str
    reported_model: str | None
    usage: Usage
    cost_usd: float | None
    total_usd: float
    estimated: bool
    latency_ms: float
    first_token_ms: float | None
    tried: tuple[Tried, ...]
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    citations: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    emergency: bool = False
    switch: Switch | None = None
    demoted: Mapping[str, float] = {}
    similarity: float | None = None
    """The cosine to the prompt that this answer was given to before; 1 for the same prompt, None for a new answer."""
    original: str | None = None
    """The handle of the whole answer (`llm-router raw`) when `text` was shortened."""


class Trying(NamedTuple):
    """Progress: a model is about to be called."""

    model: str
    attempt: int


class Failed(NamedTuple):
    """Progress: a model did not answer, or may not be called."""

    tried: Tried


class Delta(NamedTuple):
    """Progress: the next piece of a streamed answer's text."""

    text: str


Event = Trying | Failed | Delta | Answer
"""What a running call yields; an `Answer` is the last."""
