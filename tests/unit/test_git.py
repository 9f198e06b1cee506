"""Branch and name of real checkouts."""

import os
import subprocess
from pathlib import Path

import pytest

from router.base.git import branch_of, git_folder, name_of


def git(folder: Path, *words: str) -> None:
    given = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **given}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=env, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "pay"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return folder


def test_branch_of_a_new_and_of_a_switched_checkout(repo: Path) -> None:
    assert branch_of(repo) == "main"
    git(repo, "switch", "-q", "-c", "release/2026-数")
    assert branch_of(repo) == "release/2026-数"


def test_branch_before_the_first_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "trunk")
    assert branch_of(tmp_path) == "trunk"


def test_detached_head_has_no_branch(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach")
    assert branch_of(repo) is None


def test_worktree_has_its_own_branch_and_its_repositorys_name(repo: Path, tmp_path: Path) -> None:
    git(repo, "remote", "add", "origin", "git@github.com:acme/payments.git")
    git(repo, "worktree", "add", "-q", "-b", "topic", str(tmp_path / "tree"))
    assert (tmp_path / "tree" / ".git").is_file()
    assert branch_of(tmp_path / "tree") == "topic" and branch_of(repo) == "main"
    assert name_of(tmp_path / "tree") == "acme/payments"


def test_submodule_is_a_checkout_of_its_own(repo: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "outer-main")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo), "inner")
    assert branch_of(outer / "inner") == "main" and branch_of(outer) == "outer-main"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:acme/pay.git", "acme/pay"),
        ("https://github.com/acme/pay.git", "acme/pay"),
        ("https://github.com/acme/pay", "acme/pay"),
        ("https://github.com/acme/pay/", "acme/pay"),
        ("ssh://git@host:2222/acme/pay.git", "acme/pay"),
        ("https://user:token@host/acme/pay.git", "acme/pay"),
        ("https://gitlab.com/group/sub/pay.git", "sub/pay"),
        ("https://github.com/acme/pay.git.git", "acme/pay.git"),
        ("https://github.com/acme/.github", "acme/.github"),
    ],
)
def test_name_from_the_remote(repo: Path, url: str, name: str) -> None:
    git(repo, "remote", "add", "upstream", "https://github.com/other/thing.git")
    git(repo, "remote", "add", "origin", url)
    assert name_of(repo) == name


def test_name_without_a_remote_is_the_folders(repo: Path) -> None:
    assert name_of(repo) == "pay"
    git(repo, "remote", "add", "upstream", "https://github.com/other/thing.git")
    assert name_of(repo) == "pay"


@pytest.mark.parametrize(
    "head", [b"", b"ref: refs/heads/", b"ref: refs/tags/v1", b"\xff\xfe", b"0" * 40, b"ref:"]
)
def test_head_that_names_no_branch(repo: Path, head: bytes) -> None:
    (repo / ".git" / "HEAD").write_bytes(head)
    assert branch_of(repo) is None


@pytest.mark.parametrize("entry", [b"", b"gitdir:", b"gitdir: /nowhere/at/all", b"junk", b"gitdir: \x00"])
def test_git_file_that_points_nowhere(tmp_path: Path, entry: bytes) -> None:
    (tmp_path / ".git").write_bytes(entry)
    assert branch_of(tmp_path) is None
    assert name_of(tmp_path) == tmp_path.name


def test_common_folder_that_is_no_path(repo: Path, tmp_path: Path) -> None:
    git(repo, "worktree", "add", "-q", "-b", "topic", str(tmp_path / "tree"))
    [inner] = (repo / ".git" / "worktrees").iterdir()
    (inner / "commondir").write_bytes(b"a\0b")
    assert name_of(tmp_path / "tree") == "tree"


def test_folder_without_git(tmp_path: Path) -> None:
    assert (git_folder(tmp_path), branch_of(tmp_path), name_of(tmp_path)) == (None, None, tmp_path.name)
