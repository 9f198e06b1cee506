"""The registry: every fact by its name, in the order the reference lists them."""

from router.facts import (
    agent,
    branch,
    complexity,
    confidence,
    cost,
    date,
    group,
    host,
    hour,
    language,
    path,
    pressure,
    profile,
    prompt,
    prompt_tokens,
    quota,
    repo,
    spend,
    task,
    tool,
    turn,
    user,
    weekday,
)
from router.facts.kind import Fact

FACTS: dict[str, Fact] = {
    module.FACT.name: module.FACT
    for module in (
        task,
        complexity,
        host,
        agent,
        tool,
        language,
        user,
        group,
        repo,
        branch,
        profile,
        weekday,
        path,
        prompt,
        prompt_tokens,
        turn,
        hour,
        date,
        confidence,
        cost,
        pressure,
        spend,
        quota,
    )
}


def find_fact(name: str) -> Fact | None:
    """The fact of that name, or None."""
    return FACTS.get(name)
