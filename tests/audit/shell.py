"""The command line in a home and a repository of its own, with a log that real decisions were written to."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router import Router
from router.engine.audited import decision_event
from router.faces.cli.main import main
from router.model.audit import new_id, outcome_event
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys
from router.record.store import open_store

RECORDED = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROMPTS = ("fix the race condition in src/a.py", "what is os.path.join", "add an alembic revision")


@dataclass
class Shell:
    root: Path
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        (self.repo / ".git").mkdir(parents=True)
        self.home.mkdir()
        for name in ("LLM_ROUTER_HOME", "LLM_ROUTER_STORE", "LLM_ROUTER_DB_PATH", "XDG_CACHE_HOME"):
            self.patch.delenv(name, raising=False)
        self.patch.setenv("HOME", str(self.home))
        self.patch.setenv("LLM_ROUTER_DEBUG", "1")
        self.patch.chdir(self.repo)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def repo(self) -> Path:
        return self.root / "repo"

    @property
    def store(self) -> Path:
        return self.home / ".llm-router" / "usage.db"

    def rules(self, text: str, folder: str = "repo") -> Path:
        path = self.root / folder / ".llm-router" / "policy.rules"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self.root / folder

    def run(self, *argv: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.captured.readouterr()
        try:
            code = main(argv)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = self.captured.readouterr()
        return code, said.out, said.err

    def plain(self, *argv: str) -> Any:
        _, out, err = self.run(*argv, "--json")
        assert err == ""
        return json.loads(out)

    def record(self, *prompts: str, kept: Any = "hash", user: str = "ada", full: bool = True) -> list[str]:
        """Each prompt decided, its decision and one outcome recorded an hour apart; the decisions' ids."""
        router = Router.load(self.repo)
        keys = open_keys(self.store.parent / "audit")
        auditor, store, ids = Auditor(keys, str(self.store)), open_store(self.store), []
        for number, prompt in enumerate(prompts):
            at, id_ = RECORDED + timedelta(hours=number), new_id()
            asker = Asker("cli", user, "cursor", "s1", "acme/pay", "main")
            request = router.request(prompt, now=at, path="src/a.py", branch="main")
            made, facts = router.decide_request(request)
            claim = Claim(id_, 1, id_, "answer", made.chain[0], "p", made.task, made.complexity, 0.25, (), asker)
            settled = Settlement("answered", Usage(10, 20), 0.5 + number, False, 12.0)
            with store.write() as connection:
                event = decision_event(router, request, facts, made, asker, id_, kept, keys.prompt_hash, full=full)
                auditor.append(connection, event)
                link = auditor.append(connection, outcome_event(claim, settled, at, new_id()))
            auditor.anchor(link)
            ids.append(id_)
        store.close()
        return ids


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in io.StringIO(text)]
