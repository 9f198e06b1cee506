"""The wheel carries the data folders and finds them there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "grammar/policy.lark", "rules/models.yaml", "rules/prices.json", "rules/defaults.rules", "rules/recognise.rules",
    "rules/classifier/weights.bin", "schemas/repo.schema.json", "schemas/catalogue.schema.json", "hooks/README.md",
)  # fmt: skip


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, unpacked as an installer would."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    site = tmp_path_factory.mktemp("site")
    (wheel,) = out.glob("llm_router-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


@pytest.mark.parametrize("name", NEEDED)
def test_the_wheel_holds_the_data(unpacked: Path, name: str) -> None:
    assert (unpacked / "router" / "_shipped" / name).is_file()


def test_a_prompt_is_decided_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    code = "import router, sys; from router.faces.cli.main import main; print(router.__file__); sys.exit(main(sys.argv[1:]))"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(unpacked)}
    # -P keeps the checkout's own folder out of the import path.
    command = [sys.executable, "-P", "-c", code, "test", "what does os.path.join do?"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(unpacked) in done.stdout.splitlines()[0]
    assert "query/" in done.stdout
