"""Stand-ins for standard modules whose import costs more than a hook process may take; nothing else uses them.

`typing`, `dataclasses`, `pathlib`, `json`, `hashlib` and `datetime` take longer to import than a hook takes to decide.
`stand_in` puts lean modules in their place that behave alike in all that our hot path asks of them, so that the
modules on that path are written as any others. A name that a stand-in lacks comes from the real module; `put_back`
makes later imports real again, before anything of a third party is imported. Tests hold them against the originals.
"""

import sys

_NAMES = ("typing", "dataclasses", "pathlib", "json", "hashlib", "datetime", "collections.abc")
_ours: dict[str, object] = {}


def stand_in() -> None:
    """Puts the stand-ins in place of modules that are not imported yet; on another Python than CPython nothing."""
    if sys.implementation.name != "cpython" or "typing" in sys.modules:
        return
    import _collections_abc

    sys.modules["collections.abc"] = _collections_abc
    try:
        from router.base.lean import data, hashes, jsons, moments, names, paths
    except ImportError:
        put_back()
        return
    made = {"typing": names, "dataclasses": data, "pathlib": paths, "json": jsons, "hashlib": hashes, "datetime": moments}
    for name, module in made.items():
        if name not in sys.modules:
            _ours[name] = sys.modules[name] = module
    _ours["collections.abc"] = _collections_abc


def reach_packages() -> None:
    """Lets installed packages be imported in a process started without `site`: where a virtual environment has them,
    else wherever `site` says, which takes longer."""
    if "site" in sys.modules:
        return
    from os.path import dirname, isdir

    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    folder = f"{dirname(dirname(sys.executable))}/lib/{version}/site-packages"
    if isdir(f"{folder}/re2"):
        sys.path.append(folder)
        return
    import site

    site.main()


def put_back() -> None:
    """Takes the stand-ins away: what is imported from now on gets the real modules."""
    for name in _NAMES:
        if name in _ours and sys.modules.get(name) is _ours[name]:
            del sys.modules[name]
    _ours.clear()
