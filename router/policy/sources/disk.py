"""Reading one file of a layer: its text, what was looked at, and its faults."""

from pathlib import Path

from router.base.files import MAX_TEXT_BYTES, decode, read_policy_bytes
from router.policy.parse import parse_policy
from router.policy.sources.schema_check import SchemaName, check_schema
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import MapNode
from router.policy.sources.yaml_reader import MAX_YAML_BYTES, read_yaml
from router.table.manifest import look_at_file, saw_file


def read_text(path: Path, shown: str, *, max_bytes: int = MAX_TEXT_BYTES) -> tuple[str | None, Part]:
    """A file's text, None when it cannot be had."""
    data, problem = read_policy_bytes(path, shown, max_bytes=max_bytes)
    if data is None:
        return None, Part(problems=(problem,) if problem else (), seen=(look_at_file(str(path)),))
    text, problem = decode(data, shown)
    return text, Part(
        problems=(problem,) if problem else (),
        texts=((shown, text),) if text is not None else (),
        paths=((shown, path),),
        seen=(saw_file(str(path), data),),
    )


def read_layer_yaml(path: Path, shown: str, schema: SchemaName) -> tuple[MapNode, Part]:
    """A YAML layer's map, checked by its schema; what is wrong with it is left out of the map."""
    text, part = read_text(path, shown, max_bytes=MAX_YAML_BYTES)
    node, checked = parse_layer_yaml(text or "", shown, schema)
    return node, part + checked


def parse_layer_yaml(text: str, shown: str, schema: SchemaName) -> tuple[MapNode, Part]:
    """The same from text."""
    node, problems = read_yaml(text, shown)
    kept, refused = check_schema(node, schema)
    return kept, Part(problems=problems + refused)


def read_rule_files(files: tuple[tuple[Path, str], ...]) -> Part:
    """Rule files, parsed, in the order given."""
    part = Part()
    for path, shown in files:
        text, read = read_text(path, shown)
        part += read
        if text is not None:
            part += parse_rules(text, shown)
    return part


def parse_rules(text: str, shown: str) -> Part:
    """A rule file's text, parsed."""
    parsed, problems = parse_policy(text, shown)
    return Part(files=(parsed,), problems=tuple(problems))


def nothing_there(path: Path) -> Part:
    """A place where a file may appear."""
    return Part(seen=(look_at_file(str(path)),))
