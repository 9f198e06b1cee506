"""The slow half as one list of stages: sources, checks, table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from router.base.places import Places
from router.base.problems import Problem, has_errors, in_order
from router.engine.load import fingerprint_of
from router.engine.outcomes import OutcomesRead, read_outcomes_of
from router.model.catalogue import Catalogue, catalogue_to_plain
from router.policy.catalogue import check_additions, load_catalogue, with_additions
from router.policy.check import CHECKS, Names
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Layer
from router.policy.sources import Sources, read_sources
from router.policy.sources.claims import catalogue_additions, thawed
from router.table.manifest import Manifest, recorded_state


class Built(NamedTuple):
    """A policy after all stages; `data` is the table's file, None when there are errors."""

    data: bytes | None
    problems: tuple[Problem, ...]
    sources: Sources
    catalogue: Catalogue
    fingerprint: str

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self.sources.layers

    @property
    def texts(self) -> Mapping[str, str]:
        return self.sources.texts

    @property
    def manifest(self) -> Manifest:
        return self.sources.manifest


def build(
    places: Places,
    environ: Mapping[str, str],
    today: date,
    *,
    policy_dir: Path | None = None,
    built_in: bool = True,
    outcomes: bool = True,
) -> Built:
    """Read, check and compile a policy; every problem of every stage that could run is in the result.

    Without `outcomes` the user's outcome table is left aside, so that chains stand as the policy alone says.
    """
    catalogue = load_catalogue()
    sources = read_sources(places, environ, built_in=built_in, policy_dir=policy_dir)
    measured = read_outcomes_of(places.user) if outcomes else None
    sources = _with_outcomes(sources, measured)
    fingerprint = fingerprint_of(recorded_state(sources.manifest))
    spans = {setting.key.removeprefix("catalogue."): setting.span for setting in sources.settings}
    additions, found = check_additions(catalogue_additions(sources.settings), catalogue, spans)
    catalogue = with_additions(catalogue, additions)
    problems = [*sources.problems, *found]
    if not has_errors(problems):
        names = names_of(catalogue, today)
        for check in CHECKS:
            problems += check(sources.layers, names)
    data: bytes | None = None
    # When an organisation's policy cannot be used, its refusal counts whatever else is wrong: without a table
    # everything would pass.
    layers = sources.refusal if has_errors(problems) else sources.layers
    if layers:
        settings = {setting.key: thawed(setting.value) for setting in sources.settings}
        data, found = compile_policy(
            layers, catalogue_to_plain(catalogue), settings, fingerprint, measured.plain if measured else None
        )
        problems += found
    return Built(data, in_order(problems), sources, catalogue, fingerprint)


def _with_outcomes(sources: Sources, measured: OutcomesRead | None) -> Sources:
    """The sources, with the outcome table among what was looked at: a change of it makes another table."""
    if measured is None:
        return sources
    manifest = sources.manifest._replace(files=(*sources.manifest.files, measured.seen))
    return replace(sources, manifest=manifest, problems=(*sources.problems, *measured.problems))


def names_of(catalogue: Catalogue, today: date) -> Names:
    """What names a policy may use."""
    return Names(
        providers=frozenset(catalogue.providers),
        open_providers=frozenset(p.id for p in catalogue.providers.values() if p.kind == "local"),
        models={m.id: (m.deprecated, m.replacement) for m in catalogue.models.values()},
        chains=frozenset(catalogue.chains),
        today=today,
    )
