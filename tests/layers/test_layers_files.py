"""Files that are no files, links that lead away, and rule files found by pattern."""

import os
from pathlib import Path

import pytest
from layers_world import World, shown

LAYER_FILES = {
    ".llm-router.yml": "repo/.llm-router.yml",
    "~/.llm-router/routing.yaml": "user/routing.yaml",
    "~/.llm-router/budgets.json": "user/budgets.json",
    "~/.llm-router/learned.rules": "user/learned.rules",
    ".llm-router/a.rules": "repo/.llm-router/a.rules",
    "~/.llm-router/rules/a.rules": "user/rules/a.rules",
}
every_layer_file = pytest.mark.parametrize(("name", "place"), LAYER_FILES.items(), ids=LAYER_FILES)


def told(world: World) -> list[str]:
    return [shown(problem) for problem in world.read().problems]


@every_layer_file
def test_a_folder_is_no_file(name: str, place: str, world: World) -> None:
    world.path(place).mkdir(parents=True)
    assert told(world) == [f"R001 {name}:1:1 `{name}` is a directory, a file was expected"]


@every_layer_file
def test_a_pipe_is_never_waited_for(name: str, place: str, world: World) -> None:
    world.path(place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(world.path(place))
    assert told(world) == [f"R001 {name}:1:1 `{name}` is not a regular file"]


@every_layer_file
def test_bytes_that_are_no_text(name: str, place: str, world: World) -> None:
    world.write(place, b"a: 1\n\xff\xfe\x00")
    assert told(world) == [f"R003 {name}:2:1 `{name}` is not UTF-8 text (byte 5)"]


@every_layer_file
def test_an_image_under_the_name_of_a_policy(name: str, place: str, world: World) -> None:
    world.write(place, b"GIF89a\0\0")
    assert told(world) == [f"R003 {name}:1:1 `{name}` holds a NUL character and looks like binary data"]


@every_layer_file
def test_a_link_to_nothing(name: str, place: str, world: World) -> None:
    path = world.path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(path.parent / "gone")
    assert told(world) == [f"R001 {name}:1:1 `{name}` does not exist"]


def test_a_link_that_goes_in_circles(world: World) -> None:
    world.path("user/routing.yaml").symlink_to(world.path("user/routing.yaml"))
    assert told(world) == [
        "R001 ~/.llm-router/routing.yaml:1:1 `~/.llm-router/routing.yaml` cannot be read: Too many levels of symbolic links"
    ]


@pytest.mark.parametrize("place", ["repo/.llm-router.yml", "user/routing.yaml"])
def test_a_yaml_file_above_its_limit(place: str, world: World) -> None:
    world.write(place, "#" * (1024 * 1024 + 1))
    (problem,) = world.read().problems
    assert problem.code == "R002"
    assert "larger than 1 MiB" in problem.message


def test_a_byte_order_mark_and_foreign_line_ends_are_fine(world: World) -> None:
    world.write("repo/.llm-router.yml", b"\xef\xbb\xbfprofile: budget\r\ncall_cap: 1\r\n")
    sources = world.read()
    assert sources.problems == ()
    assert [(s.key, s.value, s.span.line) for s in sources.settings] == [
        ("call_cap", 1.0, 2),
        ("profile", "budget", 1),
    ]


@pytest.mark.parametrize("link", [".llm-router.yml", ".llm-router/a.rules", ".llm-router"])
def test_a_link_out_of_the_repository_is_refused_unread(link: str, world: World) -> None:
    outside = world.write("org/secret.yml", "profile: budget\n")
    world.write("org/a.rules", "secret = 1\n")
    path = world.repo / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside.parent if link == ".llm-router" else outside)
    sources = world.read()
    assert [p.code for p in sources.problems] == ["R004"]
    assert "leads out of the repository" in sources.problems[0].message
    assert sources.layers == () and not sources.texts


def test_a_link_inside_the_repository_is_followed(world: World) -> None:
    world.write("repo/shared/policy.yml", "profile: budget\n")
    (world.repo / ".llm-router.yml").symlink_to("shared/policy.yml")
    sources = world.read()
    assert sources.problems == ()
    assert sources.setting("profile") is not None


def test_a_user_may_link_anywhere(world: World) -> None:
    world.write("org/routing.yaml", "profile: budget\n")
    world.path("user/routing.yaml").symlink_to(world.path("org/routing.yaml"))
    assert world.read().problems == ()


@pytest.mark.parametrize(("near", "place"), [(".llm-router.yaml", "repo"), ("routing.yml", "user")])
def test_a_near_name_is_pointed_out(near: str, place: str, world: World) -> None:
    world.write(f"{place}/{near}", "profile: budget\n")
    (problem,) = world.read().problems
    assert problem.code == "R007" and problem.severity == "warning" and near in problem.message


def files_of(world: World, layer: str) -> list[str]:
    return [file.file for each in world.read().layers if each.name == layer for file in each.files]


def test_rule_files_are_found_by_pattern_sorted_and_once(world: World) -> None:
    for name in ("b.rules", "a.rules", ".hidden.rules", "note.txt"):
        world.write(f"repo/.llm-router/{name}", "")
    world.write("repo/more/c.rules", "")
    world.write(
        "repo/.llm-router.yml",
        'rules: ["more/c.rules", ".llm-router/*.rules", ".llm-router/a.rules"]\nprofile: budget\n',
    )
    assert files_of(world, "repo") == [
        ".llm-router/a.rules",
        ".llm-router/b.rules",
        "more/c.rules",
        ".llm-router.yml",
    ]
    assert world.read().problems == ()


def test_a_users_rules_may_lie_anywhere(world: World) -> None:
    elsewhere = world.write("org/mine/x.rules", "")
    world.write("user/routing.yaml", f'rules: ["{elsewhere.parent}/*.rules"]\n')
    assert files_of(world, "user") == [str(elsewhere)]


def test_more_rule_files_than_a_layer_may_name(world: World) -> None:
    for number in range(1001):
        world.write(f"repo/.llm-router/{number:04}.rules", "")
    sources = world.read()
    assert [p.code for p in sources.problems] == ["R005"]
    assert len(sources.layers[0].files) == 1000


def test_a_policy_folder_stands_in_for_the_repository(world: World) -> None:
    world.write("repo/.llm-router.yml", "profile: premium\n")
    folder = world.write("org/candidate/.llm-router.yml", "profile: budget\n").parent
    world.write("org/candidate/.llm-router/a.rules", "")
    sources = world.read(policy_dir=folder)
    assert [f.file for f in sources.layers[0].files] == [
        f"{folder}/.llm-router/a.rules",
        f"{folder}/.llm-router.yml",
    ]
    profile = sources.setting("profile")
    assert profile is not None and (profile.value, profile.overrode) == ("budget", ())


def test_a_policy_folder_may_be_a_mere_folder_of_rules(world: World) -> None:
    folder = world.write("org/candidate/a.rules", "").parent
    assert [f.file for f in world.read(policy_dir=folder).layers[0].files] == [f"{folder}/a.rules"]


def test_a_policy_folder_that_is_not_there(world: World) -> None:
    gone = Path(world.root / "gone")
    (problem,) = world.read(policy_dir=gone).problems
    assert (problem.code, problem.message) == ("R001", f"`{gone}` is no folder")


def test_nothing_at_all_is_an_empty_policy(world: World) -> None:
    sources = world.read()
    assert (sources.layers, sources.settings, sources.problems) == ((), (), ())
