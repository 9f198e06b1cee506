"""What the calls of one long-lived process share: records, breaker, and a service for each working folder."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from router.base.clock import Clock

if TYPE_CHECKING:
    from router.dispatch.breaker import Breaker
    from router.engine.asking import Service
    from router.engine.caches import Caches
    from router.engine.records import Records
    from router.engine.session_context import SessionContext

PROMPTS = 64
"""How many prompts can still be corrected with their words."""

_WARN: ContextVar[Callable[[str], None]] = ContextVar("warn", default=lambda _: None)
"""Who hears a warning of the call that runs now; records outlive a call, so they cannot hold its listener."""


class Desk:
    """Services for any working folder; the policy is read anew for each call, everything costly is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[tuple[object, ...], Records] = {}
        self._breaker: Breaker | None = None
        self._caches: Caches | None = None
        self._context: SessionContext | None = None
        self.profiles: dict[str, str] = {}
        """The profile that a session asked for, by session."""
        self.prompts: OrderedDict[str, str] = OrderedDict()
        """The latest prompts by their decision's id, for whoever corrects one; they never leave this process."""

    def decided(self, id: str, prompt: str) -> None:
        """Remembers what was asked."""
        with self._lock:
            self.prompts[id] = prompt
            while len(self.prompts) > PROMPTS:
                self.prompts.popitem(last=False)

    @property
    def context(self) -> "SessionContext":
        """What the sessions of this process said."""
        from router.engine.session_context import SessionContext

        with self._lock:
            self._context = self._context or SessionContext()
            return self._context

    @property
    def caches(self) -> "Caches":
        """What this process remembers."""
        from router.engine.caches import Caches

        with self._lock:
            self._caches = self._caches or Caches(time.monotonic)
            return self._caches

    def service(
        self, cwd: Path, environ: Mapping[str, str], clock: Clock, warn: Callable[[str], None]
    ) -> "Service":
        """The service for a folder, under the policy as it stands now; raises `PolicyError`. Takes milliseconds."""
        from router.engine.records import open_records
        from router.engine.router import Router
        from router.engine.served import ServedRouter
        from router.engine.serving import open_service
        from router.record.where import store_address

        _WARN.set(warn)
        router = Router.load(cwd, environ=environ, clock=clock)
        settings, places = router.settings, router.places
        address = str(store_address(environ, places, settings.team_store))
        key = (places.user, address, settings.budget_failure)
        with self._lock:
            records = self._records.get(key)
            if records is None:
                records = self._records[key] = open_records(places, environ, settings, clock, _warn)
        service = open_service(
            cwd, environ, clock=clock, warn=warn, records=records, breaker=self._shared_breaker()
        )
        kept = service.router
        served = ServedRouter(kept.decider, kept.places, kept.clock, self.caches.classifications)
        return replace(service, router=served)

    def _shared_breaker(self) -> "Breaker":
        from router.dispatch.breaker import Breaker

        with self._lock:
            self._breaker = self._breaker or Breaker(time.monotonic)
            return self._breaker


def _warn(line: str) -> None:
    _WARN.get()(line)


def warm_up(desk: Desk, cwd: Path, environ: Mapping[str, str], clock: Clock) -> None:
    """Load what the first call would wait for: libraries, the policy, the classifier. Meant for a thread of its own."""
    from router.base.failures import RouterError
    from router.engine.judge import classifier_in_force

    with suppress(RouterError, OSError):
        service = desk.service(cwd, environ, clock, lambda _: None)
        classifier_in_force(service.router.places.user)
    from router.dispatch.litellm_calls import load_litellm

    load_litellm()
