"""What reading the layers gives: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from router.base.problems import Problem, Span
from router.policy.nodes import Layer, LayerName, PolicyFile
from router.table.manifest import Manifest, SeenFile, SeenGlob

UNREADABLE = "organisation-unreadable"
"""The name of the one rule that stands in for an organisation's policy nobody could read."""

Combine = Literal["first", "union", "each", "least"]


class Origin(NamedTuple):
    """A value, the layer that says it, and where."""

    value: Any
    layer: LayerName
    span: Span


@dataclass(frozen=True, slots=True)
class Claim:
    """One layer's value for one key; `locked` is where an organisation locks it, `aside` says that it cannot count."""

    key: str
    origin: Origin
    locked: Span | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """The value that is in effect for a key.

    `combine` says how it came about: `first` the strongest layer's, `union` of all, `each` layer's list holds
    (a tuple of lists when several say one), `least` of all. `parts` are all that count, strongest first;
    `overrode` those that lost.
    """

    key: str
    value: Any
    layer: LayerName
    span: Span
    overrode: tuple[Origin, ...] = ()
    combine: Combine = "first"
    parts: tuple[Origin, ...] = ()
    locked: Span | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one place gave: policy files, claims, problems, texts and everything that was looked at."""

    files: tuple[PolicyFile, ...] = ()
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    paths: tuple[tuple[str, Path], ...] = ()
    seen: tuple[SeenFile, ...] = ()
    globs: tuple[SeenGlob, ...] = ()

    def __add__(self, other: "Part") -> "Part":
        return Part(
            self.files + other.files,
            self.claims + other.claims,
            self.problems + other.problems,
            self.texts + other.texts,
            self.paths + other.paths,
            self.seen + other.seen,
            self.globs + other.globs,
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """All layers, read.

    `settings`: every effective value with its origin. `texts`: each file's text, to show problems with.
    `paths`: where each file lies, to mend it; a fetched or built-in text that must not be edited has none.
    `manifest`: what was looked at, to find out later whether anything changed.
    """

    layers: tuple[Layer, ...]
    settings: tuple[Setting, ...]
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    paths: Mapping[str, Path]
    manifest: Manifest

    @property
    def refusal(self) -> tuple[Layer, ...]:
        """The one layer that still counts when the organisation's policy cannot be used, else nothing.

        It must be compiled although there are errors: a table that is missing would let everything pass.
        """
        return tuple(
            layer
            for layer in self.layers
            if any(r.name.text == UNREADABLE for f in layer.files for r in f.rules)
        )

    def setting(self, key: str) -> Setting | None:
        """The setting of that key, or None when no layer says it."""
        return next((setting for setting in self.settings if setting.key == key), None)
