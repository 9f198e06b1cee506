"""The page behind a problem's code: why it is reported, an example that has it, and its repair."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Page:
    """What `llm-router explain CODE` prints.

    `bad` is a whole file of the given `kind` that must give this code, `good` its repair, which must not;
    tests run both. `kind` says how: as a repository's rule file, as one of the YAML layers, as `NAME=value`
    lines of the environment, or as the text that `policy convert` turns into rules or into YAML.
    The examples of kind `file` describe a file in words; their test builds it.
    """

    code: str
    title: str
    why: str
    bad: str
    good: str
    kind: Literal[
        "rules", "repo.yml", "user.yaml", "org.yaml", "environment", "to-rules", "to-yaml", "file"
    ] = "rules"
