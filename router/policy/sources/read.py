"""All layers, read and merged: the one way into this folder."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from router.base.clock import Clock, system_clock
from router.base.places import Places
from router.base.problems import in_order
from router.policy.nodes import LAYERS, Layer, LayerName
from router.policy.sources.environment import PREFIXES, VARIABLE_NAMES, read_environment
from router.policy.sources.fetch import Fetch, fetch_https
from router.policy.sources.merge import merge, settings_of
from router.policy.sources.org_source import SYSTEM_POLICY, find_source
from router.policy.sources.organisation import OrgRead, read_organisation
from router.policy.sources.places_of import (
    providers_with_budget,
    read_built_in,
    read_learned,
    read_policy_dir,
    read_repo,
    read_user,
    shown_user,
)
from router.policy.sources.values import Part, Sources
from router.policy.sources.yaml_nodes import MapNode
from router.table.manifest import Manifest, look_at_variables


def read_sources(
    places: Places,
    environ: Mapping[str, str],
    *,
    built_in: bool = True,
    policy_dir: Path | None = None,
    fetch: Fetch | None = None,
    clock: Clock = system_clock,
    system_policy: Path = SYSTEM_POLICY,
) -> Sources:
    """Every layer with the effective settings, all problems, and what was looked at.

    `policy_dir` stands in for the repository's layer. `fetch` gives the bytes at an organisation's address;
    it is asked only when the kept copy is older than its age. A layer without rules is left out.
    """
    shown = shown_user(places.user, environ)
    user_node, user = read_user(places.user, shown)
    now = clock()
    organisation = _organisation(places, environ, user_node, shown, fetch or fetch_https, now, system_policy)
    parts: dict[LayerName, Part] = {
        "environment": read_environment(environ, providers_with_budget(user)),
        "repo": _repo(places, policy_dir),
        "learned": read_learned(places.user, shown),
        "user": user,
        "org": organisation.part,
        "built-in": read_built_in() if built_in else Part(),
    }
    return _sources(parts, environ, organisation.refresh_after)


def _organisation(
    places: Places,
    environ: Mapping[str, str],
    user_node: MapNode,
    shown: str,
    fetch: Fetch,
    now: datetime,
    system_policy: Path,
) -> OrgRead:
    source, looked = find_source(environ, user_node, places.user, shown, system_policy)
    if source is None:
        return OrgRead(looked)
    read = read_organisation(source, places.user, fetch, now.timestamp())
    return OrgRead(looked + read.part, read.refresh_after)


def _repo(places: Places, policy_dir: Path | None) -> Part:
    if policy_dir is not None:
        return read_policy_dir(policy_dir)
    return read_repo(places.repo) if places.repo else Part()


def _sources(
    parts: Mapping[LayerName, Part], environ: Mapping[str, str], refresh_after: float | None
) -> Sources:
    whole = sum((parts[name] for name in LAYERS), Part())
    manifest = Manifest(
        files=tuple(dict.fromkeys(whole.seen)),
        globs=tuple(dict.fromkeys(whole.globs)),
        variables=look_at_variables(VARIABLE_NAMES, PREFIXES, environ),
        prefixes=PREFIXES,
        refresh_after=refresh_after,
    )
    return Sources(
        layers=tuple(Layer(name, parts[name].files) for name in LAYERS if parts[name].files),
        settings=settings_of(merge(whole.claims)),
        problems=in_order(whole.problems),
        texts=MappingProxyType(dict(whole.texts)),
        paths=MappingProxyType(dict(whole.paths)),
        manifest=manifest,
    )
