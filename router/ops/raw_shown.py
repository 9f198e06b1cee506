"""A stored output as it was before it was shortened: what `raw ID` and `raw show ID` print."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import RouterError
from router.base.places import find_places
from router.compress.raw_store import RawStore, raw_folder
from router.engine.outputs import charge_fetch
from router.ops.operation import Parameter, Result, Surroundings


class NoSuchOutput(RouterError):
    """No output is stored under that id."""


def show_raw(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The stored output, byte for byte but for what is no UTF-8."""
    places = find_places(around.environ, around.cwd)
    body = RawStore(raw_folder(places), clock=around.clock).get(values["id"])
    if body is None:
        raise NoSuchOutput(f"no raw output `{values['id']}`: it may have been pruned; `llm-router raw list` shows what there is")
    text = body.decode("utf-8", "replace")
    charge_fetch(places, values["id"], text)
    return Result({"id": values["id"], "text": text}, lambda colour: text.removesuffix("\n"))


ID = Parameter("id", "the id the shortened output ends with", positional=True, required=True)
