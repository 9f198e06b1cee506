"""Stand-ins for standard modules whose import costs more than a hook process may take; nothing else uses them.

`typing`, `dataclasses`, `pathlib`, `json`, `re` and others take longer to import than a hook takes to decide.
`stand_in` puts lean modules in their place that behave alike in all that our hot path asks of them, so that the
modules on that path are written as any others. Tests hold them against the originals.
"""

import sys


def stand_in(kind: str = "other") -> None:
    """For a kind of process, puts the stand-ins in place of modules that are not imported yet; on another Python than CPython nothing."""
    if sys.implementation.name != "cpython" or "typing" in sys.modules:
        return
    import _collections_abc

    kept = _opened(kind)
    sys.modules["collections.abc"] = _collections_abc
    try:
        from router.base.lean.stand_ins import MADE
    except ImportError:
        del sys.modules["collections.abc"]
        return
    for name, module in MADE.items():
        sys.modules.setdefault(name, module)  # type: ignore[arg-type]
    MADE["re"].open_with(kept)  # type: ignore[attr-defined]


def _opened(kind: str) -> dict[str, object]:
    try:
        from router.base.lean.bundle import open_bundle
    except ImportError:
        return {}
    kept: dict[str, object] = open_bundle(kind)  # type: ignore[no-untyped-call]
    return kept


def keep() -> None:
    """Keeps what this process had to find and to compile, so that the next one need not."""
    bundle, patterns = (sys.modules.get(f"{__name__}.{name}") for name in ("bundle", "patterns"))
    if bundle is not None and patterns is not None:
        bundle.keep_bundle(patterns.kept(), patterns.new())


class _Later:
    """Stands for `re2` until something of it is asked for, which hardly any prompt needs."""

    __spec__ = None

    def __getattr__(self, name: str) -> object:
        reach_packages()
        return getattr(__import__("re2"), name)


def reach_packages_later() -> None:
    """As `reach_packages`, once `re2` is used."""
    if "site" not in sys.modules:
        sys.modules.setdefault("re2", _Later())  # type: ignore[arg-type]


def reach_packages() -> None:
    """Lets installed packages be imported in a process started without `site`: where a virtual environment has them,
    else wherever `site` says, which takes longer. A set of RE2 patterns comes without its wrapper."""
    if "site" in sys.modules:
        return
    if isinstance(sys.modules.get("re2"), _Later):
        del sys.modules["re2"]
    from os.path import dirname, isdir

    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    folder = f"{dirname(dirname(sys.executable))}/lib/{version}/site-packages"
    if isdir(f"{folder}/re2"):
        sys.path.append(folder)
    else:
        _by_site()
    try:
        from router.base.lean import re2s
    except (ImportError, AttributeError):
        return
    sys.modules.setdefault("re2", re2s)


def _by_site() -> None:
    import site

    from router.base.lean.behind import forget

    forget()  # type: ignore[no-untyped-call]

    site.main()
