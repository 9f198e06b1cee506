"""The composition root of everything that calls models: one service for a working folder."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from router.base.clock import Clock, system_clock
from router.dispatch.breaker import Breaker
from router.dispatch.discovery import discover
from router.dispatch.keys import Keys, find_keys
from router.engine.asking import Service
from router.engine.records import Records, open_records
from router.engine.router import Router
from router.record.budgets import Snapshots
from router.record.provider_list import keep_providers
from router.record.session_state import prune_sessions
from router.record.snapshot import FILE

SESSIONS_KEPT_S = 14 * 86_400.0
"""How long a session's small file of the hooks outlives its last event."""


def open_service(
    cwd: str | Path | None,
    environ: Mapping[str, str],
    *,
    clock: Clock = system_clock,
    warn: Callable[[str], None] = lambda _: None,
    records: Records | None = None,
    breaker: Breaker | None = None,
) -> Service:
    """The service for a folder; `records` and `breaker` are shared by the services of one process when given.

    Raises `PolicyError` when the policy has errors.
    """
    router = Router.load(cwd, environ=environ, clock=clock)
    forgotten = clock().timestamp() - SESSIONS_KEPT_S
    prune_sessions(router.places.user / "hooks" / "sessions", forgotten)
    kept = records or open_records(router.places, environ, router.settings, clock, warn)
    keys = keys_for(router, environ, warn)
    return Service(
        router=router,
        keys=keys,
        records=kept,
        snapshots=Snapshots(kept.store, router.places.user / FILE, router.caps, clock, router.decider.catalogue.providers),
        breaker=breaker or Breaker(time.monotonic),
        environ=environ,
        warn=warn,
    )


def keys_for(router: Router, environ: Mapping[str, str], warn: Callable[[str], None]) -> Keys:
    """The providers' keys, of local providers those that answer now; a key that cannot be used is a warning.

    Who can be called is left for hooks to read.
    """
    catalogue, places = router.decider.catalogue, router.places
    keys, problems = find_keys(environ, places, catalogue)
    for problem in problems:
        warn(f"{problem.span.file}: {problem.message}" if problem.span else problem.message)
    local = {id_: provider for id_, provider in catalogue.providers.items() if provider.kind == "local"}
    found = discover(catalogue._replace(providers=local), keys, places.cache, router.clock().timestamp())
    answering = [id_ for id_, row in found.items() if row.answers]
    keys = find_keys(environ, places, catalogue, lambda: answering)[0]
    keep_providers(places.user, keys.configured(), router.clock().timestamp())
    return keys
