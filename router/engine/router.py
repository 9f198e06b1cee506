"""The library's front door: load a policy once, decide many prompts by it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from router.base.clock import Clock, system_clock
from router.base.failures import PolicyError, UsageError
from router.base.git import branch_of, name_of
from router.base.places import Places, find_places
from router.decide.decide import Classify, Decider
from router.decide.fully import fully
from router.engine.gather import gather
from router.engine.judge import judge_by
from router.engine.load import Wanted, load_policy
from router.facts import FACTS
from router.model.decision import Cap, Decision, Facts
from router.model.request import Request
from router.model.settings import Settings, settings_from
from router.table.caps import caps_of

_GIVEN = ("task", "complexity")


@dataclass(frozen=True, slots=True)
class Router:
    """A policy that is ready to decide by.

    >>> from router import Router
    >>> decision = Router.load(".").decide("what does os.path.join do?")
    >>> decision.outcome
    'route'
    """

    decider: Decider
    places: Places
    clock: Clock

    @property
    def settings(self) -> Settings:
        """What the policy sets besides rules."""
        return settings_from(self.decider.table.settings)

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Every cap that always holds: what pressure is measured against."""
        return tuple(found.cap for found in caps_of(self.decider.table) if found.when is None)

    @staticmethod
    def load(
        cwd: str | Path | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        clock: Clock = system_clock,
        policy_dir: Path | None = None,
    ) -> "Router":
        """The router for a working folder; raises `PolicyError` with every problem when its policy has errors."""
        environment = os.environ if environ is None else environ
        places = find_places(environment, Path(cwd or ".").resolve())
        now = clock()
        loaded = load_policy(Wanted(places, policy_dir), environment, now.date(), now.timestamp())
        if loaded.table is None:
            raise PolicyError(loaded.problems, loaded.built.texts if loaded.built else {})
        return Router(Decider(loaded.table), places, clock)

    def request(self, prompt: str, **known: Any) -> Request:
        """A request from this folder: branch and repository are read from Git unless they are given.

        `path` takes one path or several; `group` and `earlier` several; facts with an argument, `task` and
        `complexity` go into `facts`, a mapping by fact key. Raises `UsageError` for a task or complexity that is none.
        """
        given = dict(known.pop("facts", {}))
        given.update({name: _one_of(name, known.pop(name)) for name in _GIVEN if known.get(name) is not None})
        now: datetime = known.pop("now", None) or self.clock()
        path, group = known.pop("path", None), known.pop("group", None)
        repo = self.places.repo
        values: dict[str, Any] = {
            "paths": (path,) if isinstance(path, str) else None if path is None else tuple(path),
            "groups": (group,) if isinstance(group, str) else None if group is None else tuple(group),
            "branch": known.pop("branch", None) or (branch_of(repo) if repo else None),
            "repo": known.pop("repo", None) or (name_of(repo) if repo else None),
            "earlier": tuple(known.pop("earlier", ())),
        }
        return Request(prompt=prompt, now=now, given=given, **values, **known)

    def decide(self, prompt: str, **known: Any) -> Decision:
        """The decision for a prompt; `known` are the request's other fields, see `request`. Calls and records nothing."""
        return self.decide_request(self.request(prompt, **known))[0]

    def decide_request(self, request: Request) -> tuple[Decision, Facts]:
        """The decision for a request, and the facts it was made by."""
        facts = gather(request)
        return self.decider.decide(facts, self.judge(request)), facts

    def decide_fully(self, request: Request) -> tuple[Decision, Facts]:
        """The same, with task and complexity found out for a reader even where nothing hinged on them."""
        decision, facts = self.decide_request(request)
        return fully(decision, facts, self.judge(request)), facts

    def judge(self, request: Request) -> Classify:
        """How this router judges a request's task and complexity when a decision hinges on them."""
        return judge_by(request, self.places.user)


def _one_of(name: str, value: Any) -> Any:
    names = FACTS[name].values or ()
    if value not in names:
        raise UsageError(f"`{name}` is one of {', '.join(names)}; found `{value}`")
    return value
