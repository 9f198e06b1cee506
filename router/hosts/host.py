"""What every host is to us: how its events are read, how a verdict is written for it, what its hooks can do."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal[
    "prompt", "before_model", "before_tool", "after_tool", "session_start", "session_end", "status_line"
]

SERVER = "llm-router"
"""The name under which hosts know our MCP server."""

TOOL_SEARCH = frozenset({"toolsearch", "tool_search"})
"""Tools that make other tools known: without them a model cannot call ours."""


_SHARED: dict[str, Kind] = {
    "SessionStart": "session_start", "UserPromptSubmit": "prompt", "PreToolUse": "before_tool",
    "PostToolUse": "after_tool", "SessionEnd": "session_end",
}  # fmt: skip
"""Events of the files that several hosts run."""


class Event(NamedTuple):
    """One event as a host tells it; None is what it does not say.

    `name` is the host's own word for it. `tool` and `tool_input` are of a tool call, `failed` what came of it, `call` its id.
    `agent` names the kind of sub-agent that it happens in. `model` is the running turn's, as `provider/model` in the
    host's own words where it has both. `usage` holds counted tokens: input, output.
    """

    kind: Kind
    name: str
    session: str | None = None
    cwd: str | None = None
    prompt: str | None = None
    tool: str | None = None
    tool_input: Mapping[str, Any] | None = None
    failed: bool | None = None
    call: str | None = None
    agent: str | None = None
    model: str | None = None
    usage: tuple[int, int] | None = None
    source: str | None = None
    quotas: tuple[tuple[str, float, float], ...] = ()
    """Windows of the plan as the host reports them: name, fraction used, end in seconds since 1970."""
    once: str | None = None
    """What tells this event from every other of the session, where the host may run several hook files of ours for it."""
    raw: Mapping[str, Any] = {}


class Verdict(NamedTuple):
    """What is answered: text for the model, a line for the person, a reason to block, a model, or a status line."""

    context: str | None = None
    message: str | None = None
    block: str | None = None
    model: str | None = None
    """For a running turn the model in the host's words, for a sub-agent's tool call what its input shall say."""
    line: str | None = None
    output: str | None = None
    """What stands in place of a tool's output."""


class Entry(NamedTuple):
    """One line of a host's hook file: its event, the script under `hooks/`, the tools it is asked for, its limit.

    `matcher` None: the event has none. `timeout_s` is the longest that the host should wait.
    """

    event: str
    kind: Kind
    matcher: str | None = None
    timeout_s: int = 5

    @property
    def script(self) -> str:
        """The file in `hooks/`."""
        return f"{self.kind}.py"


Read = Callable[[Kind, Mapping[str, Any]], Event]
Write = Callable[[Event, Verdict], str]


def reads_nothing(kind: Kind, payload: Mapping[str, Any]) -> Event:
    """Of a host without hooks nothing comes."""
    return Event(kind, "", raw=payload)


def writes_nothing(event: Event, verdict: Verdict) -> str:
    """To a host without hooks nothing goes."""
    return ""


class Host(NamedTuple):
    """One host.

    `tool_form` is how its model sees a tool of our server. `shared_file`: its hook file is run by other hosts too,
    so it must not say `--host`. `says_context`, `blocks`, `sets_model`: kinds of events where it lets a hook do so.
    `providers` maps our names of providers to its own, for models it can run itself. `needed` are its tools that a
    routed answer needs, in lower case; `agents` start sub-agents.
    """

    name: str
    title: str
    entries: tuple[Entry, ...] = ()
    read: Read = reads_nothing
    write: Write = writes_nothing
    tool_form: str = "mcp__{server}__{tool}"
    shared_file: bool = False
    says_context: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    sets_model: frozenset[str] = frozenset()
    providers: Mapping[str, str] = {}
    needed: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    agent_model: Callable[[str], str | None] | None = None
    """How the tool that starts sub-agents calls a model `provider/name` of ours; None: it cannot be said there."""
    shells: frozenset[str] = frozenset()
    """Tools that run a command line, which stands in `tool_input.command`."""
    said: Callable[[Event], str | None] | None = None
    """The last prompt of a session in what the host keeps of it, where there may be no event for one."""
    reads_others: bool = False
    """It may run the hook files of other hosts beside its own, and does not number its events."""
    output: Callable[[Event], str | None] | None = None
    """A tool's output as the model will see it, where a hook may put another text in its place; None: not this one."""
    shell_file: str | None = None
    """The environment variable in which a starting session's hook finds the file that its shells read first."""

    def tool_name(self, tool: str) -> str:
        """A tool of ours as this host's model sees it."""
        return self.tool_form.format(server=SERVER, tool=tool)

    def kind_of(self, event: str) -> Kind | None:
        """What an event of that name is to us, in its own words or in those of a shared file; None when it is nothing."""
        own = next((entry.kind for entry in self.entries if entry.event == event), None)
        return own or _SHARED.get(event)

    def needs(self, tool: str) -> bool:
        """Whether a tool is never blocked: ours, a tool search, or what a routed answer is made with."""
        plain = tool.lower()
        return is_ours(tool) or plain in TOOL_SEARCH or plain in self.needed


def is_ours(tool: str) -> bool:
    """Whether a tool as some host names it is one of our server's."""
    before, found, after = tool.rpartition("llm_")
    # Cursor says of a tool that some server has it, and not which.
    return bool(found and after) and (before in ("", "MCP:") or "llm-router" in before or "llm_router" in before)


def text_of(payload: Mapping[str, Any], *names: str) -> str | None:
    """The first of the named fields that is a text that is not empty."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return value
    return None


def mapping_of(payload: Mapping[str, Any], *names: str) -> dict[str, Any] | None:
    """The first of the named fields that is an object."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, dict):
            return value
    return None


def joined(payload: Mapping[str, Any], *names: str) -> str | None:
    """The named fields that are texts, as one; None when the first is none."""
    found = [text_of(payload, name) or "" for name in names]
    return "\0".join(found) if found[0] else None


def tokens_of(usage: Mapping[str, Any] | None, input_: str, output: str) -> tuple[int, int] | None:
    """Counted tokens, when both counts are whole numbers."""
    if usage is None:
        return None
    read, written = usage.get(input_), usage.get(output)
    if type(read) is not int or type(written) is not int or read < 0 or written < 0:
        return None
    return read, written
