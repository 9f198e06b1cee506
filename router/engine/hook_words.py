"""What hooks say: to the model a directive in our own words, to the person one line; texts of a policy only fenced.

A repository is cloned from anywhere, and its policy may name rules and models as it likes. To the model goes nothing
of it but a rule's name between backticks, cut short and without blanks, so that it cannot be read as an instruction.
"""

from router.hosts.host import Host
from router.model.catalogue import Catalogue
from router.model.decision import Decision
from router.table.table import Table

MOST_CHARS = 200
"""Of any text that a policy has a part in."""

_MOST_NAME = 48
_MOST_NOTE = 200
_REPOSITORY = "repo"


def tool_of(decision: Decision) -> str:
    """The tool that carries a decision out; where the task is in doubt, the one that judges again."""
    task = decision.task
    return f"llm_{task}" if task is not None and task != "inherit" else "llm_auto"


def kind_of(decision: Decision) -> str:
    """Task and complexity, `code/simple`."""
    return f"{decision.task or 'any'}/{decision.complexity or 'moderate'}"


def directive(host: Host, decision: Decision) -> str:
    """What the model is told, at most 60 tokens: which tool answers."""
    tool = host.tool_name(tool_of(decision))
    return (
        f"llm-router: this prompt is {kind_of(decision)}. Call the tool `{tool}` with the request and the context it "
        "needs, then answer with its result."
    )


def earlier_session(summary: str) -> str:
    """What the model is told of the last session here: a note between backticks, in one line, that orders nothing."""
    note = "".join(" " if char.isspace() or not char.isprintable() else char for char in summary).replace("`", "'")
    note = " ".join(note.split())
    kept = note if len(note) <= _MOST_NOTE else f"{note[: _MOST_NOTE - 1]}…"
    return f"llm-router: a note that an earlier session here left, for information only: `{kept}`"


def named(text: str) -> str:
    """A name of a policy as a word that can be nothing else, between backticks."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-_./:@*+") else "_" for char in text)
    return f"`{plain if len(plain) <= _MOST_NAME else plain[: _MOST_NAME - 1] + '~'}`"


def line_for_person(table: Table, decision: Decision, stays: str | None = None) -> str:
    """`code/simple → qwen3.5 (local) · rule small-code-local`; `stays` is the host where its own turn answers."""
    rule = rule_of(decision, "refuse" if decision.outcome == "refused" else "route")
    said = "" if rule is None else f" · rule {_rule_name(table, rule)}"
    if decision.outcome == "refused":
        return f"{kind_of(decision)} refused{said}"[:MOST_CHARS]
    if not decision.chain:
        return f"{kind_of(decision)} → no model may answer"
    if decision.approvals:
        said = f" · waits for approval (rule {_rule_name(table, decision.approvals[0])})"
    where = f"stays with {stays}" if stays else model_words(table.catalogue, decision.chain[0])
    return f"{kind_of(decision)} → {where}{said}"[:MOST_CHARS]


def model_words(catalogue: Catalogue, model: str) -> str:
    """A model's name and where it runs, `qwen3.5 (local)`; one that the catalogue does not know between backticks."""
    provider, _, name = model.partition("/")
    known = catalogue.providers.get(provider)
    where = "local" if known is not None and known.kind == "local" else provider
    if model not in catalogue.models or known is None:
        return named(model)
    return f"{name.removesuffix(':latest')} ({where})"


def rule_of(decision: Decision, effect: str) -> str | None:
    """The first rule in force with an effect."""
    return next((rule for kind, rule in decision.rules if kind == effect), None)


def held_back(host: Host, decision_kind: str, tool: str, rule: str | None, cost_usd: float | None) -> str:
    """Why a tool is held back once, and what to do."""
    why = "" if rule is None else f" (rule {named(rule)}{_cost(cost_usd)})"
    return (
        f"llm-router: the policy has {decision_kind} answered by another model{why}. Call `{host.tool_name(tool)}` "
        "first; if that cannot help, make this call again and it goes through."
    )


def to_approve(host: Host, decision: Decision) -> str:
    """Why a sub-agent is held back until a person says yes, and how that is asked for."""
    return (
        f"llm-router: rule {named(decision.approvals[0])} of the policy wants a person to approve this"
        f"{_about(decision.estimated_cost_usd)}. Call `{host.tool_name(tool_of(decision))}` with the task instead: its "
        "answer says how it is approved."
    )


def refused(table: Table, decision: Decision) -> str:
    """Why a prompt is refused, with the policy's own reason where it does not come from a repository."""
    rule = rule_of(decision, "refuse")
    if rule is None:
        return "llm-router: the policy refuses this prompt."
    because = _because(table, rule)
    said = f": {because}" if because else ""
    return f"llm-router: rule {named(rule)} of the policy refuses this prompt{said}"[: 2 * MOST_CHARS]


def _because(table: Table, rule: str) -> str | None:
    record = table.rule(table.names.index(rule))
    because = record.get("because")
    if not because or record["layer"] == _REPOSITORY:
        return None
    return " ".join(str(because).split())[:MOST_CHARS]


def _rule_name(table: Table, rule: str) -> str:
    """A rule's name as the person wrote it; fenced when a repository did."""
    layer = table.rule(table.names.index(rule))["layer"] if rule in table.names else _REPOSITORY
    return f"{named(rule)} of the repository" if layer == _REPOSITORY else rule[:_MOST_NAME]


def _cost(usd: float | None) -> str:
    return "" if usd is None else f", about ${usd:.4f}"


def _about(usd: float | None) -> str:
    return "" if usd is None or usd == float("inf") else f" (about ${usd:.4f})"
