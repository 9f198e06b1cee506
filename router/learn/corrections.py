"""What a person's corrections teach: rows for the classifier's training, and rules for models they keep naming."""

from collections.abc import Iterable
from typing import NamedTuple

from router.model.terms import COMPLEXITIES, JUDGED_COMPLEXITIES, TASKS

AGREE = 3
"""How many of a task's latest corrections must name the same model before it is a rule."""

WEIGHT = 5.0
"""What one corrected prompt counts in training, beside a row of a corpus."""

_HEAD = """\
# Learned from corrections (`llm_reroute`) and written anew with each of them. A rule stands while the last {agree}
# corrections of its task name its model: correcting to another model ends it.
policy learned version 1
"""


class Correction(NamedTuple):
    """One decision that should have gone to `model`; `task` and `complexity` are what they should have been."""

    task: str
    complexity: str | None
    model: str


class LearnedRule(NamedTuple):
    """Where prompts of a task go, at the complexities of the corrections that agree; () is any."""

    task: str
    complexities: tuple[str, ...]
    model: str

    @property
    def name(self) -> str:
        """The rule's name."""
        return f"learned-{self.task}"


def learned(corrections: Iterable[Correction]) -> tuple[LearnedRule, ...]:
    """The rules that corrections, oldest first, come to: one for each task whose last `AGREE` name one model."""
    by_task: dict[str, list[Correction]] = {}
    for correction in corrections:
        by_task.setdefault(correction.task, []).append(correction)
    found = []
    for task in TASKS:
        last = by_task.get(task, [])[-AGREE:]
        if len(last) == AGREE and len({each.model for each in last}) == 1:
            found.append(LearnedRule(task, _complexities(last), last[0].model))
    return tuple(found)


def _complexities(agreeing: Iterable[Correction]) -> tuple[str, ...]:
    said = {each.complexity for each in agreeing}
    return () if None in said else tuple(name for name in COMPLEXITIES if name in said)


def rules_text(rules: Iterable[LearnedRule]) -> str:
    """The rules as a file of the language; "" for none."""
    made = [_rule(rule) for rule in rules]
    return "\n".join([_HEAD.format(agree=AGREE), *made]) if made else ""


def _rule(rule: LearnedRule) -> str:
    hard = f" and complexity in ({', '.join(rule.complexities)})" if rule.complexities else ""
    return (
        f"rule {rule.name}\n  route to {rule.model}\n  when task is {rule.task}{hard}\n"
        f'  because "the last {AGREE} corrections of this task name this model"\n'
    )


def training_row(prompt: str, task: str | None, complexity: str | None) -> dict[str, object] | None:
    """A corrected prompt as training takes it; None when its task or complexity is nothing that is trained."""
    judged = JUDGED_COMPLEXITIES[-1] if complexity == COMPLEXITIES[-1] else complexity
    if not prompt.strip() or task not in TASKS or judged not in JUDGED_COMPLEXITIES:
        return None
    return {"prompt": prompt, "task": task, "complexity": judged, "weight": WEIGHT, "source": "correction"}
