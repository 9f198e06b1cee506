"""What every script under `hooks/` runs: one event in, one verdict out, and whatever breaks the host goes on."""

import gc
import os
import sys

_MOST_S = 0.9
_MOST_BYTES = 64 * 1024 * 1024


def run(kind: str) -> None:
    """Reads the event from standard input, prints the verdict and ends the process with 0, whatever happens."""
    try:
        gc.disable()
        _within(_MOST_S, kind)
        text = _answer(kind)
        if text:
            _print(text)
        _keep()
    except Exception:  # noqa: BLE001 a hook that fails must not stop its host
        pass
    finally:
        # Ending here and now spares the host the time that a tidy end takes.
        os._exit(0)


def _answer(kind: str) -> str:
    from router.base.lean import stand_in

    # The process is over before there is anything worth collecting, and before imports that are not needed pay off.
    stand_in(kind)
    from router.base.clock import system_clock
    from router.engine.hooked import hooked

    return hooked(kind, _input(), _said(), os.environ, system_clock)  # type: ignore[arg-type]


def _keep() -> None:
    from router.base.lean import keep

    keep()


def _said() -> str | None:
    return sys.argv[sys.argv.index("--host") + 1] if "--host" in sys.argv[:-1] else None


def _within(seconds: float, kind: str) -> None:
    """Ends the process with 0 when that time is over, so that no host waits longer."""
    try:
        # The C half alone: `signal` itself imports `enum`.
        from _signal import ITIMER_REAL, SIGALRM, setitimer, signal  # type: ignore[import-not-found]
    except ImportError:
        return
    signal(SIGALRM, lambda *_: _give_up(kind))
    setitimer(ITIMER_REAL, seconds)


def _give_up(kind: str) -> None:
    try:
        from router.base.clock import system_clock
        from router.engine.hooked import late

        late(kind, _said(), os.environ, system_clock)
    except Exception:  # noqa: BLE001 as in `run`
        pass
    finally:
        os._exit(0)


def _input() -> bytes:
    parts, size = [], 0
    while size < _MOST_BYTES:
        part = os.read(0, 1 << 16)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _print(text: str) -> None:
    data = f"{text}\n".encode("utf-8", "replace")
    while data:
        data = data[os.write(1, data) :]
