"""Circuit breakers by themselves."""

import threading

import pytest

from router.dispatch.breaker import Breaker
from tests.dispatch.support import ScriptedClock


def opened(clock: ScriptedClock, failure: str = "server", retry_after_s: float | None = None) -> Breaker:
    """A breaker whose circuit for p/m has just opened."""
    breaker = Breaker(clock, threshold=2, cooldown_s=30)
    for _ in range(2):
        assert breaker.admit("p", "p/m") is None
        breaker.failed("p", "p/m", failure, retry_after_s)  # type: ignore[arg-type]
    return breaker


def test_it_opens_at_the_threshold_and_says_for_how_long() -> None:
    breaker = Breaker(clock := ScriptedClock(), threshold=2, cooldown_s=30)
    breaker.failed("p", "p/m", "server")
    assert breaker.admit("p", "p/m") is None
    breaker.failed("p", "p/m", "server")
    clock.now += 10
    assert breaker.admit("p", "p/m") == "`p/m` failed 2 times in a row, tried again in 20 s"


@pytest.mark.parametrize("failure", ["auth", "connection"])
def test_a_providers_failure_closes_off_all_its_models(failure: str) -> None:
    breaker = opened(ScriptedClock(), failure)
    assert breaker.admit("p", "p/another") is not None
    assert breaker.admit("q", "q/m") is None


@pytest.mark.parametrize("failure", ["server", "timeout", "rate_limit", "overloaded", "not_found", "truncated"])
def test_a_models_failure_leaves_the_providers_others(failure: str) -> None:
    breaker = opened(ScriptedClock(), failure)
    assert breaker.admit("p", "p/m") is not None
    assert breaker.admit("p", "p/another") is None


@pytest.mark.parametrize("failure", ["bad_request", "context_window", "content_filter", "empty"])
def test_a_requests_own_failure_opens_nothing(failure: str) -> None:
    assert opened(ScriptedClock(), failure).admit("p", "p/m") is None


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = Breaker(ScriptedClock(), threshold=2)
    for _ in range(5):
        breaker.failed("p", "p/m", "server")
        breaker.succeeded("p", "p/m")
    assert breaker.admit("p", "p/m") is None


def test_half_open_admits_one_probe_only() -> None:
    breaker = opened(clock := ScriptedClock())
    clock.now += 31
    assert breaker.admit("p", "p/m") is None
    assert breaker.admit("p", "p/m") == "`p/m` is being probed by another call"


def test_a_probe_that_succeeds_closes_it() -> None:
    breaker = opened(clock := ScriptedClock())
    clock.now += 31
    assert breaker.admit("p", "p/m") is None
    breaker.succeeded("p", "p/m")
    assert [breaker.admit("p", "p/m") for _ in range(3)] == [None] * 3


def test_a_probe_that_fails_opens_it_for_another_while() -> None:
    breaker = opened(clock := ScriptedClock())
    clock.now += 31
    assert breaker.admit("p", "p/m") is None
    breaker.failed("p", "p/m", "server")
    assert breaker.admit("p", "p/m") == "`p/m` failed 3 times in a row, tried again in 30 s"
    clock.now += 31
    assert breaker.admit("p", "p/m") is None


def test_a_probe_without_verdict_leaves_the_next_to_another() -> None:
    breaker = opened(clock := ScriptedClock())
    clock.now += 31
    assert breaker.admit("p", "p/m") is None
    breaker.released("p", "p/m")
    assert breaker.admit("p", "p/m") is None


def test_a_longer_wait_that_the_provider_asked_for_holds() -> None:
    breaker = opened(clock := ScriptedClock(), "rate_limit", 90.0)
    clock.now += 60
    assert breaker.admit("p", "p/m") == "`p/m` failed 2 times in a row, tried again in 30 s"


def test_many_threads_at_a_half_open_circuit_give_one_probe() -> None:
    breaker = opened(clock := ScriptedClock())
    clock.now += 31
    admitted: list[bool] = []
    start = threading.Barrier(16)

    def ask() -> None:
        start.wait()
        admitted.append(breaker.admit("p", "p/m") is None)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(True) == 1
