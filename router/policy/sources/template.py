"""The files that `llm-router config init` writes: short, valid, and explained where they stand."""

REPO_TEMPLATE = """\
# Policy of this repository for llm-router. Every key is optional; `llm-router check` reads it, and
# `llm-router config show --origin` prints what is in effect and why. Conditions go into .llm-router/*.rules.

profile: balanced          # budget | balanced | premium
enforce: suggest           # shadow: only observe | suggest: show a hint | enforce: hold the route

# block_providers: [deepseek]          # these never answer here
# block_models: ["*-preview"]          # nor do these; a glob, or provider/model
# allow_models: ["anthropic/*"]        # when set, nothing else answers

# routing:                             # who answers which task
#   code: {model: ollama/qwen3.5:latest}
#   research: {provider: perplexity}
#   analyze: {chain: ["@premium", "@balanced"]}

# task_caps: {code: 10.00, image: 5.00}    # US dollars a day (UTC)
# daily_caps: {_total: 20.00}              # US dollars a day, all tasks together
# approve_above: 0.50                      # a person approves a call dearer than this
# session_context: false                   # a follow-up is not told what was said before it
"""

RULES_TEMPLATE = """\
# Rules with conditions. A rule has effects, then clauses; `llm-router test` runs the tests below.
policy repository version 1

rule keys-stay-local
  redact secrets
  when prompt contains any ("BEGIN RSA PRIVATE KEY", "BEGIN OPENSSH PRIVATE KEY")
  because "the prompt holds a private key"

test "a private key is taken out before a prompt leaves"
  given prompt "why does BEGIN RSA PRIVATE KEY fail to parse?"
  expect redact secrets by keys-stay-local
"""

TEMPLATES: tuple[tuple[str, str], ...] = (
    (".llm-router.yml", REPO_TEMPLATE),
    (".llm-router/policy.rules", RULES_TEMPLATE),
)
"""Each file's path in the repository and its text."""
