"""Circuit breakers: a provider or model that keeps failing is left alone for a while, then tried by one call."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from router.model.ledger import Failure

_PROVIDER = frozenset[Failure]({"auth", "connection"})
"""Failures that any model of the provider would meet."""

_MODEL = frozenset[Failure]({"timeout", "rate_limit", "overloaded", "server", "not_found", "truncated"})
"""Failures of one model; all others are the request's own and open nothing."""


@dataclass(slots=True)
class _Circuit:
    """One provider's or model's state: failures in a row, and from when it may be probed."""

    failures: int = 0
    open_until: float | None = None
    probing: bool = False


class Breaker:
    """The circuits of all providers and models, safe to use from several threads.

    `threshold` failures in a row open a circuit for `cooldown_s` seconds, or for as long as the provider asked for
    if that is longer. Then one call may probe it: its success closes the circuit, its failure opens it again.
    """

    def __init__(self, clock: Callable[[], float], threshold: int = 3, cooldown_s: float = 30.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._cooldown_s = cooldown_s
        self._circuits: dict[str, _Circuit] = {}
        self._lock = threading.Lock()

    def admit(self, provider: str, model: str) -> str | None:
        """Let a call through (None), or say why not; a call let through must be told of by one of the three others."""
        with self._lock:
            circuits = [(name, self._circuits.get(name)) for name in (provider, model)]
            for name, circuit in circuits:
                if circuit and circuit.open_until is not None and (reason := self._shut(name, circuit)):
                    return reason
            for _, circuit in circuits:
                if circuit and circuit.open_until is not None:
                    circuit.probing = True
            return None

    def _shut(self, name: str, circuit: _Circuit) -> str | None:
        left = (circuit.open_until or 0.0) - self._clock()
        if left > 0:
            return f"`{name}` failed {circuit.failures} times in a row, tried again in {left:.0f} s"
        return f"`{name}` is being probed by another call" if circuit.probing else None

    def succeeded(self, provider: str, model: str) -> None:
        """A call was answered: both circuits close."""
        with self._lock:
            self._circuits.pop(provider, None)
            self._circuits.pop(model, None)

    def failed(
        self, provider: str, model: str, failure: Failure, retry_after_s: float | None = None
    ) -> None:
        """A call failed; counts for the provider, the model or neither, as the failure says."""
        with self._lock:
            self._end_probe(provider, model)
            name = provider if failure in _PROVIDER else model if failure in _MODEL else None
            if name is None:
                return
            circuit = self._circuits.setdefault(name, _Circuit())
            circuit.failures += 1
            if circuit.failures >= self._threshold or circuit.open_until is not None:
                circuit.open_until = self._clock() + max(self._cooldown_s, retry_after_s or 0.0)

    def released(self, provider: str, model: str) -> None:
        """A call ended without a verdict, such as a cancelled one."""
        with self._lock:
            self._end_probe(provider, model)

    def _end_probe(self, provider: str, model: str) -> None:
        for name in (provider, model):
            if circuit := self._circuits.get(name):
                circuit.probing = False
