"""`providers`: who can be called, where each key comes from, and which models they say they have."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from router.base.places import Places, find_places
from router.base.problems import Problem, has_errors
from router.base.render import printable, render_json, render_text
from router.dispatch.discovered import Discovered
from router.dispatch.discovery import discover
from router.dispatch.keys import Keys, find_agent, find_keys
from router.engine.load import Wanted, load_policy
from router.model.catalogue import Catalogue, Provider
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.provider_list import keep_providers


class Row(NamedTuple):
    """One provider as it stands: `program` is a local agent's path, `found` its answer when it was asked."""

    provider: Provider
    configured: bool
    key_from: str | None
    address: str | None
    program: str | None
    models: tuple[str, ...]
    found: Discovered | None


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Every provider of the catalogue with the user's layer; exit code 1 when a place of keys has a fault."""
    places = find_places(around.environ, around.cwd)
    now = around.clock()
    catalogue = _catalogue(places, around)
    keys, problems = find_keys(around.environ, places, catalogue)
    found = discover(catalogue, keys, places.cache, now.timestamp(), refresh=values["refresh"])
    answering = [id_ for id_, row in found.items() if row.answers]
    keys, _ = find_keys(around.environ, places, catalogue, lambda: answering)
    keep_providers(places.user, keys.configured(), now.timestamp())
    rows = [_row(provider, catalogue, keys, found, around) for provider in catalogue.providers.values()]
    plain = {"providers": [_plain(row) for row in rows], "problems": render_json(problems)}

    def text(colour: bool) -> str:
        return _text(rows, problems, values["models"], colour)

    return Result(plain, text, 1 if has_errors(problems) else 0)


def _catalogue(places: Places, around: Surroundings) -> Catalogue:
    """The catalogue of the policy in force; a policy with errors leaves the one that ships with the package."""
    now = around.clock()
    loaded = load_policy(Wanted(places), around.environ, now.date(), now.timestamp())
    if loaded.table is not None:
        return loaded.table.catalogue
    from router.policy.catalogue import load_catalogue

    return load_catalogue()


def _row(
    provider: Provider,
    catalogue: Catalogue,
    keys: Keys,
    found: Mapping[str, Discovered],
    around: Surroundings,
) -> Row:
    return Row(
        provider=provider,
        configured=provider.id in keys.configured(),
        key_from=keys.origin(provider.id),
        address=keys.base_url(provider.id),
        program=find_agent(provider.id, around.environ) if provider.kind == "agent" else None,
        models=tuple(id_ for id_ in catalogue.models if id_.startswith(f"{provider.id}/")),
        found=found.get(provider.id),
    )


def _plain(row: Row) -> dict[str, Any]:
    provider, found = row.provider, row.found
    return {
        "provider": provider.id,
        "name": provider.name,
        "kind": provider.kind,
        "configured": row.configured,
        "key_from": row.key_from,
        "key_variables": list(provider.key_variables),
        "key_page": provider.key_page,
        "base_url": row.address,
        "program": row.program,
        "free": provider.free,
        "free_tier": provider.free_tier,
        "models": list(row.models),
        "discovered": list(found.models) if found and found.answers else None,
        "problem": found.problem if found else None,
    }


def _text(rows: list[Row], problems: tuple[Problem, ...], models: bool, colour: bool) -> str:
    lines = list(_lines(rows, models))
    ready = sum(row.configured for row in rows)
    lines.append(f"\n{ready} of {len(rows)} providers can be called")
    if problems:
        # The files behind these problems hold keys, so no line of theirs is ever shown.
        lines += ["", render_text(problems, {}, colour=colour)]
    return "\n".join(lines)


def _lines(rows: list[Row], models: bool) -> Iterator[str]:
    width = max(len(row.provider.id) for row in rows) if rows else 0
    states = [_state(row) for row in rows]
    wide = max(map(len, states), default=0)
    for row, state in zip(rows, states, strict=True):
        mark = "+" if row.configured else "-"
        line = f"{mark} {row.provider.id:<{width}}  {state:<{wide}}  {_price(row.provider):<9}  {_count(row)}"
        yield printable(line.rstrip())
        if models:
            yield from (f"    {printable(line)}" for line in _models(row))


def _state(row: Row) -> str:
    provider, found = row.provider, row.found
    if provider.kind == "agent":
        return f"program {row.program}" if row.program else f"no program `{provider.id}` on the path"
    if provider.kind == "local":
        return f"{'answers at' if row.configured else 'no answer at'} {row.address or 'no address'}"
    if row.key_from:
        fault = f", but {found.problem}" if found and found.problem else ""
        return f"key from {row.key_from}{fault}"
    if not provider.key_variables:
        fault = f", but {found.problem}" if found and found.problem else ""
        return f"no key needed at {row.address}{fault}" if row.address else "no address"
    page = f", see {provider.key_page}" if provider.key_page else ""
    return f"no key: set {provider.key_variables[0]}{page}"


def _price(provider: Provider) -> str:
    return "free" if provider.free else "free tier" if provider.free_tier else ""


def _count(row: Row) -> str:
    count = f"{len(row.models)} model{'' if len(row.models) == 1 else 's'}"
    return f"{count}, {len(row.found.models)} discovered" if row.found and row.found.answers else count


def _models(row: Row) -> Iterator[str]:
    """The catalogue's models, marked when the provider says it lacks them, then those it has besides."""
    there = set(row.found.models) if row.found and row.found.answers else None
    for id_ in row.models:
        name = id_.partition("/")[2]
        yield id_ if there is None or name in there else f"{id_}  (not discovered)"
    for name in row.found.models if row.found else ():
        if f"{row.provider.id}/{name}" not in row.models:
            yield f"{row.provider.id}/{name}  (discovered)"


OPERATION = Operation(
    name="providers",
    summary="who can be called: keys, addresses, models discovered",
    description=(
        "Lists each provider: whether it can be called, where its key comes from (never the key itself), free tiers, "
        "the page for keys, models in the catalogue and models it says it has. Ollama and OpenAI-compatible addresses "
        "are asked for their models within a second; answers are kept for a minute."
    ),
    parameters=(
        Parameter("refresh", "ask again, whatever was kept", kind="flag"),
        Parameter("models", "list the models too", kind="flag"),
    ),
    run=run,
    example="llm-router providers --models",
)
