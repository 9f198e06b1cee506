"""A small made-up corpus whose labels follow from its words, for training in seconds."""

import json
from pathlib import Path
from random import Random

THINGS = (
    "parser",
    "login page",
    "harbour",
    "invoice table",
    "cat",
    "bridge",
    "scheduler",
    "river",
    "lamp",
    "garden",
)
PATTERNS = {
    ("query", "simple"): ("what is a {0}?", "who invented the {0}?", "when was the {0} first used?"),
    ("code", "moderate"): (
        "fix the bug in {0}.py",
        "add a unit test for the {0} module",
        "refactor the {0} function",
    ),
    ("code", "complex"): (
        "build the entire {0} application from scratch, with a database, a server and tests",
    ),
    ("analyze", "complex"): (
        "compare the architecture of the {0} and the {1} in depth and weigh the trade-offs",
    ),
    ("generate", "simple"): ("write a short poem about the {0}", "translate '{0}' into French"),
    ("research", "moderate"): ("find the latest news about the {0}", "search the web for recent {0} prices"),
    ("image", "simple"): ("draw a picture of a {0}", "generate a photo of a {0} at night"),
    ("video", "moderate"): (
        "make a video of a {0} with a slow camera pan",
        "animate the {0} in a short clip",
    ),
    ("audio", "simple"): ("read this aloud: the {0}", "compose a song about the {0} with drums"),
    ("inherit", "simple"): (
        "yes, go ahead",
        "ok continue",
        "now the other one",
        "do the same for the second",
    ),
}
ENDINGS = ("", " please", " now", ", thanks", " today", " for me", " again", " soon")


def corpus(rows: int = 400) -> list[dict[str, str]]:
    """Distinct labelled prompts of eight made-up sources."""
    random, found = Random(5), {}
    while len(found) < rows:
        (task, complexity), patterns = random.choice(list(PATTERNS.items()))
        prompt = random.choice(patterns).format(*random.sample(THINGS, 2)) + random.choice(ENDINGS)
        prompt += "!" * (len(found) % 3 if task == "inherit" else 0)
        source = f"made-up-{random.randrange(8)}: part {random.randrange(3)}"
        found[prompt] = {"prompt": prompt, "task": task, "complexity": complexity, "source": source}
        if task == "inherit" and sum(row["task"] == "inherit" for row in found.values()) > 60:
            del found[prompt]
    return list(found.values())


def write_corpus(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
