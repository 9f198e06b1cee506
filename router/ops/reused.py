"""A tool that gives what a command gives: the same operation under another name."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from router.ops.operation import Operation, Result, Surroundings


def same_as(module: str, **set_values: Any) -> Callable[[Mapping[str, Any], Surroundings], Result]:
    """Runs the operation of a module beside this one; its parameters that the tool lacks are at their defaults."""

    def run(values: Mapping[str, Any], around: Surroundings) -> Result:
        operation: Operation = import_module(f"router.ops.{module}").OPERATION
        defaults = {p.name: () if p.many else p.default for p in operation.parameters}
        flags = {p.name: bool(p.default) for p in operation.parameters if p.kind == "flag"}
        return operation.run({**defaults, **flags, **set_values, **values}, around)

    return run
