from pathlib import Path

import pytest

from router.decide.classify import Classifier, load_classifier
from router.decide.classify.training import train
from tests.classify.corpus import corpus, write_corpus


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of a model trained on the made-up corpus."""
    folder = tmp_path_factory.mktemp("classifier")
    out = folder / "weights.bin"
    train([write_corpus(folder / "rows.jsonl", corpus())], out, fresh=True)
    return out


@pytest.fixture(scope="session")
def small(trained: Path) -> Classifier:
    return load_classifier(trained)


@pytest.fixture(scope="session")
def shipped_classifier() -> Classifier:
    return load_classifier()
