"""The stand-ins by the names of the modules that they stand in for."""

# mypy: ignore-errors

import _bisect
import _operator
import _struct

from router.base.lean import data, jsons, names, paths, patterns, small

MADE = {
    "typing": names, "dataclasses": data, "pathlib": paths, "json": jsons, "json.decoder": jsons, "re": patterns,
    "hashlib": small.hashlib, "datetime": small.datetime, "contextlib": small.contextlib,
    "functools": small.functools, "types": small.types, "operator": _operator, "bisect": _bisect,
    "struct": _struct,
}  # fmt: skip
