"""The fact `language`: the programming language of the files at hand."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="language",
    kind=NAME,
    about="the programming language of the files at hand",
    example="language in (python, typescript)",
    often_unknown=True,
)

EXTENSIONS: dict[str, str] = {
    ".py": "python", ".pyi": "python", ".ipynb": "python", ".ts": "typescript", ".tsx": "typescript",
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".rs": "rust",
    ".go": "go", ".java": "java", ".kt": "kotlin", ".kts": "kotlin", ".scala": "scala", ".c": "c", ".h": "c",
    ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".cs": "csharp", ".fs": "fsharp", ".rb": "ruby",
    ".php": "php", ".swift": "swift", ".m": "objective-c", ".sql": "sql", ".sh": "shell", ".bash": "shell",
    ".zsh": "shell", ".ps1": "powershell", ".lua": "lua", ".pl": "perl", ".r": "r", ".jl": "julia",
    ".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".hs": "haskell", ".ml": "ocaml", ".clj": "clojure",
    ".dart": "dart", ".vue": "vue", ".svelte": "svelte", ".html": "html", ".css": "css", ".scss": "css",
    ".md": "markdown", ".rst": "markdown", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml",
    ".tf": "terraform", ".proto": "protobuf", ".graphql": "graphql", ".zig": "zig", ".nim": "nim",
}  # fmt: skip
"""The language that a file's ending tells."""
