"""Which denial keeps a model from being used, found without asking each of thousands."""

from collections.abc import Iterable
from typing import NamedTuple

from router.decide.globs import glob_matches
from router.model.decision import Denial


class _Glob(NamedTuple):
    """A pattern of names and its parts without wildcards, of which a name that matches has each."""

    at: int
    text: str
    parts: tuple[str, ...]

    def covers(self, model: str, name: str) -> bool:
        for part in self.parts:
            if part not in model:
                return False
        return glob_matches(self.text, model) or glob_matches(self.text, name)


class _Allowed(NamedTuple):
    """What one `allow only` leaves."""

    at: int
    models: frozenset[str]
    providers: frozenset[str]
    globs: tuple[_Glob, ...]


class Restrictions:
    """Every denial in force; a model passes when no `deny` covers it and each `allow` does."""

    __slots__ = ("_allowed", "_answers", "_denied", "_globs", "denials")

    def __init__(self, denials: tuple[Denial, ...]) -> None:
        self.denials = denials
        self._answers: dict[str, Denial | None] = {}
        self._denied: dict[tuple[str, str | None], int] = {}
        globs: dict[str, int] = {}
        allowed: dict[tuple[tuple[str, str], ...], int] = {}
        for at, denial in enumerate(denials):
            if denial.effect == "allow":
                allowed.setdefault(denial.targets, at)
                continue
            for kind, text in denial.targets:
                if kind == "pattern":
                    globs.setdefault(text, at)
                else:
                    self._denied.setdefault(("provider" if kind == "provider" else "model", text), at)
        self._globs = tuple(_Glob(at, text, _parts(text)) for text, at in globs.items())
        self._allowed = tuple(_allowed(at, targets) for targets, at in allowed.items())

    def against(self, model: str) -> Denial | None:
        """The first denial that keeps a model from being used, or None."""
        if not self.denials:
            return None
        if model not in self._answers:
            at = self._first(model)
            self._answers[model] = self.denials[at] if at < len(self.denials) else None
        return self._answers[model]

    def _first(self, model: str) -> int:
        """The number of the first denial; their count for none."""
        head, slash, name = model.partition("/")
        provider = head if slash else None
        none = len(self.denials)
        first = min(self._denied.get(("model", model), none), self._denied.get(("provider", provider), none))
        # Both are in the order of the denials, so nothing behind the first that was found counts.
        for glob in self._globs:
            if glob.at >= first:
                break
            if glob.covers(model, name):
                first = glob.at
                break
        for allow in self._allowed:
            if allow.at >= first:
                break
            left = model in allow.models or provider in allow.providers
            if not left and not any(glob.covers(model, name) for glob in allow.globs):
                first = allow.at
                break
        return first


def _allowed(at: int, targets: Iterable[tuple[str, str]]) -> _Allowed:
    all_of = tuple(targets)
    return _Allowed(
        at,
        frozenset(text for kind, text in all_of if kind not in ("provider", "pattern")),
        frozenset(text for kind, text in all_of if kind == "provider"),
        tuple(_Glob(at, text, _parts(text)) for kind, text in all_of if kind == "pattern"),
    )


def _parts(glob: str) -> tuple[str, ...]:
    return tuple(part for part in glob.replace("?", "*").split("*") if part)
