"""Corrections made to count: the prompt kept for training, and rules for models that are named again and again."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from router.base.files import write_atomically
from router.base.redaction import REDACTABLE, redact
from router.learn.corrections import Correction, LearnedRule, learned, rules_text, training_row
from router.record.corrections import models_named
from router.record.money import micros
from router.record.store import Store

RULES = "learned.rules"
PROMPTS = "corrections.jsonl"
COUNT = timedelta(days=90)
"""How long a correction counts for a rule."""

MOST_BYTES = 4 * 1024 * 1024
_MOST_CHARACTERS = 4_000


def learn_rules(
    store: Store, user: str | None, folder: Path, now: datetime, *, shared: bool
) -> tuple[LearnedRule, ...]:
    """The rules that this user's corrections come to, written as the learned layer; without any the file goes.

    `shared` says that others' decisions are in the store, too.
    """
    named = models_named(store, user, micros(now - COUNT), shared=shared)
    said = [Correction(one.better_task or one.task or "", one.complexity, one.better_model) for one in named]
    rules = learned(said)
    path, text = folder / RULES, rules_text(rules)
    if not text:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != text.encode():
        write_atomically(path, text.encode())
    return rules


def keep_prompt(folder: Path, prompt: str, task: str | None, complexity: str | None) -> bool:
    """Whether a corrected prompt, secrets and personal data masked, was kept for training; the file is the user's alone."""
    row = training_row(redact(prompt[:_MOST_CHARACTERS], REDACTABLE).text, task, complexity)
    path = folder / PROMPTS
    if row is None or (path.exists() and path.stat().st_size > MOST_BYTES):
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(row).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)
    return True
