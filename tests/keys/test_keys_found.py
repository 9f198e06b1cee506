"""Keys come from the environment, then the user's `.env`, then a private `config.yaml`, and from nowhere else."""

from pathlib import Path

import pytest

from router.base.places import Places
from router.dispatch.keys import CODEX_PATH, Keys, find_keys
from router.model.catalogue import Catalogue, Provider
from router.policy.catalogue import load_catalogue

CATALOGUE = Catalogue(
    providers={
        "openai": Provider(
            "openai", "OpenAI", "api", ("OPENAI_API_KEY",), base_url_variable="OPENAI_BASE_URL"
        ),
        "gemini": Provider("gemini", "Gemini", "api", ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
        "ollama": Provider("ollama", "Ollama", "local", base_url="http://localhost:11434/"),
        "codex": Provider("codex", "Codex", "agent"),
        "lan": Provider("lan", "Ours", "api", base_url="http://models.lan:8000/v1"),
    }
)


class Home:
    """A user's home with a repository in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.repo = root / "repo"
        self.environ = {"HOME": str(root), "PATH": str(root / "bin")}
        self.places = Places(root / ".llm-router", root / ".llm-router/cache", self.repo, self.repo)

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def find(self, *answering: str) -> tuple[Keys, list[tuple[str, int]]]:
        keys, problems = find_keys(self.environ, self.places, CATALOGUE, lambda: answering)
        return keys, [(problem.code, problem.span.line if problem.span else 0) for problem in problems]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_nothing_set_finds_only_what_needs_no_key(home: Home) -> None:
    keys, problems = home.find()
    assert keys.api_key("openai") is None and keys.origin("openai") is None
    assert keys.configured() == {"lan"} and problems == []


def test_the_environment_goes_before_the_users_env_file_and_that_before_the_config(home: Home) -> None:
    home.write(".llm-router/config.yaml", "openai_api_key: of-config\n")
    assert home.find()[0].origin("openai") == "~/.llm-router/config.yaml"
    home.write(".llm-router/.env", "OPENAI_API_KEY=of-dotenv\n")
    assert home.find()[0].api_key("openai") == "of-dotenv"
    assert home.find()[0].origin("openai") == "~/.llm-router/.env"
    home.environ["OPENAI_API_KEY"] = "of-environment"
    keys, problems = home.find()
    assert (keys.api_key("openai"), keys.origin("openai")) == ("of-environment", "environment OPENAI_API_KEY")
    assert "openai" in keys.configured() and problems == []


def test_an_empty_variable_is_not_set(home: Home) -> None:
    home.environ["OPENAI_API_KEY"] = "  "
    home.write(".llm-router/.env", "OPENAI_API_KEY=of-dotenv\n")
    assert home.find()[0].api_key("openai") == "of-dotenv"


def test_the_second_name_of_a_key_counts(home: Home) -> None:
    home.environ["GOOGLE_API_KEY"] = "of-google"
    assert home.find()[0].origin("gemini") == "environment GOOGLE_API_KEY"


def test_a_repositorys_env_file_is_never_read(home: Home) -> None:
    for name in ("repo/.env", "repo/.llm-router/.env", ".env"):
        home.write(name, "OPENAI_API_KEY=hostile\nOPENAI_BASE_URL=http://thief.example\n")
    keys, problems = home.find()
    assert keys.api_key("openai") is None and keys.base_url("openai") is None and problems == []


def test_foreign_names_of_the_env_file_are_ignored_and_nothing_is_interpolated(home: Home) -> None:
    home.environ["SECRET"] = "of-the-environment"
    text = "export DATABASE_URL='postgres://u:p@h/d'\n# a comment\n\nOPENAI_API_KEY=a${SECRET}b\nNAME_ALONE\n"
    home.write(".llm-router/.env", text)
    keys, problems = home.find()
    assert keys.api_key("openai") == "a${SECRET}b" and problems == []


def test_quotes_and_comments_of_the_env_file_are_not_part_of_the_key(home: Home) -> None:
    home.write(".llm-router/.env", 'OPENAI_API_KEY="quoted"  # mine\nGEMINI_API_KEY=plain # mine\n')
    keys, _ = home.find()
    assert (keys.api_key("openai"), keys.api_key("gemini")) == ("quoted", "plain")


def test_a_line_that_cannot_be_read_is_told_by_its_number_and_the_others_count(home: Home) -> None:
    home.write(".llm-router/.env", '\nOPENAI_API_KEY="sk-open\n\nGEMINI_API_KEY=fine\n')
    keys, problems = home.find()
    assert problems == [("R703", 2)] and keys.api_key("gemini") == "fine"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666])
def test_a_config_that_others_can_read_is_refused(home: Home, mode: int) -> None:
    home.write(".llm-router/config.yaml", "openai_api_key: of-config\n", mode)
    keys, problems = home.find()
    assert keys.api_key("openai") is None and problems == [("R701", 1)]


def test_an_env_file_that_others_can_read_is_used_with_a_warning(home: Home) -> None:
    home.write(".llm-router/.env", "OPENAI_API_KEY=of-dotenv\n", 0o644)
    keys, problems = home.find()
    assert keys.api_key("openai") == "of-dotenv" and problems == [("R701", 1)]


@pytest.mark.parametrize(
    "value",
    ["sk-***", "sk-12****89", "••••••", "sk-abc…", "sk-...xyz", "<your key>", "xxxxxxxx", "your-api-key"],
)
def test_a_masked_value_is_refused_and_the_next_place_is_asked(home: Home, value: str) -> None:
    home.environ["OPENAI_API_KEY"] = value
    home.write(".llm-router/config.yaml", "openai_api_key: whole-key\n")
    keys, problems = home.find()
    assert problems == [("R702", 1)] and keys.origin("openai") == "~/.llm-router/config.yaml"


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "ключ", "tab\there"])
def test_what_cannot_stand_in_a_header_is_no_key(home: Home, value: str) -> None:
    home.environ["OPENAI_API_KEY"] = value
    keys, problems = home.find()
    assert keys.api_key("openai") is None and problems == [("R702", 1)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("openai_api_key: [sk-1]\n", 1),
        ("other: 1\nopenai_api_key: {a: sk-1}\n", 2),
        ("- openai_api_key\n", 1),
        ("just words\n", 1),
        ("a: 1\nopenai_api_key: 'sk-1\n", 3),
        ("a: &x 1\nb: *x\n", 2),
        ("[" * 5000, 1),
    ],
)
def test_a_config_that_is_no_flat_map_is_told_by_its_line(home: Home, text: str, line: int) -> None:
    home.write(".llm-router/config.yaml", text)
    keys, problems = home.find()
    assert keys.api_key("openai") is None and problems == [("R703", line)]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_a_config_without_settings_is_none(home: Home, text: str) -> None:
    home.write(".llm-router/config.yaml", text)
    assert home.find()[1] == []


def test_a_number_in_the_config_is_taken_as_it_is_written(home: Home) -> None:
    home.write(
        ".llm-router/config.yaml", "openai_api_key: 0123456789e5\nOpenAI_Base_URL: http://localhost:1/v1/\n"
    )
    keys, _ = home.find()
    assert keys.api_key("openai") == "0123456789e5" and keys.base_url("openai") == "http://localhost:1/v1"


def test_a_folder_in_the_place_of_a_file_is_a_problem(home: Home) -> None:
    (home.root / ".llm-router/.env").mkdir(parents=True)
    assert home.find()[1] == [("R001", 1)]


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://h",
        "https://u:p@h",
        "http://",
        "http://h:99999",
        "http://h/?k=1",
        "http://a b",
    ],
)
def test_an_address_that_cannot_be_called_is_refused(home: Home, address: str) -> None:
    home.environ["OPENAI_BASE_URL"] = address
    keys, problems = home.find()
    assert keys.base_url("openai") is None and problems == [("R704", 1)]


def test_an_address_falls_back_to_the_catalogues(home: Home) -> None:
    assert home.find()[0].base_url("ollama") == "http://localhost:11434"
    assert home.find()[0].base_url("openai") is None


def test_a_password_in_the_catalogues_address_is_refused_without_repeating_it(home: Home) -> None:
    catalogue = Catalogue(providers={"lan": Provider("lan", "Ours", "api", base_url="http://me:hidden@h/v1")})
    keys, problems = find_keys(home.environ, home.places, catalogue)
    assert keys.base_url("lan") is None and [p.code for p in problems] == ["R704"]
    assert "hidden" not in repr(problems)


def test_a_local_provider_is_configured_while_it_answers(home: Home) -> None:
    assert "ollama" in home.find("ollama")[0].configured()
    assert "ollama" not in home.find()[0].configured()


def test_an_agent_is_configured_when_its_program_is_on_the_path(home: Home) -> None:
    program = home.write("bin/codex", "#!/bin/sh\n", 0o600)
    assert "codex" not in home.find()[0].configured()
    program.chmod(0o700)
    assert "codex" in home.find()[0].configured()


def test_an_agent_is_found_where_its_variable_says(home: Home) -> None:
    home.environ["CODEX_PATH"] = str(home.write("elsewhere/codex-1.2", "#!/bin/sh\n", 0o700))
    assert "codex" in home.find()[0].configured()
    home.environ["CODEX_PATH"] = "/nowhere/codex"
    assert "codex" not in home.find()[0].configured()


def test_every_variable_of_a_provider_stands_in_the_reference() -> None:
    reference = (Path(__file__).resolve().parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
    providers = load_catalogue().providers.values()
    names = [name for p in providers for name in (*p.key_variables, p.base_url_variable) if name]
    assert len(names) > 30
    assert [name for name in (*names, CODEX_PATH) if f"`{name}`" not in reference] == []
