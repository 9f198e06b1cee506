"""When a session's model is kept."""

import pytest

from router.dispatch.switching import keep_model, lost_usd
from router.model.call import Hop, Plan
from router.model.catalogue import Catalogue
from tests.dispatch.support import PROVIDERS, model, plan

DEAR = model("anthropic/dear", input_usd_per_mtok=10.0, cached_usd_per_mtok=1.0, output_usd_per_mtok=50.0)
CHEAP = model("openai/cheap", input_usd_per_mtok=1.0, cached_usd_per_mtok=0.1, output_usd_per_mtok=5.0)
CATALOGUE = Catalogue(providers=PROVIDERS, models={item.id: item for item in (DEAR, CHEAP)})
CHAIN = ("openai/cheap", "anthropic/dear", "gateway/x")


def kept(cached: int, *chain: str, last: str | None = "anthropic/dear", loop: bool = False, **more: object) -> Plan:
    """The plan of a call of 1,000 tokens in and 500 out: 0.035 US dollars by the dear model, 0.0035 by the cheap one."""
    made = plan(*chain, emergency=("ollama/qwen3.5:latest",), **more)
    return keep_model(made, last, cached, CATALOGUE, in_tool_loop=loop)


def test_the_lost_cache_is_what_it_would_have_saved() -> None:
    assert lost_usd(CATALOGUE, "anthropic/dear", 100_000) == pytest.approx(0.9)
    assert lost_usd(CATALOGUE, "gateway/x", 100_000) == 0.0


def test_a_switch_that_saves_less_than_the_cache_is_not_made() -> None:
    # 0.0315 saved; 9 US dollars a million lost, so the border is at 3,500 cached tokens.
    assert kept(3_600, *CHAIN).chain == ("anthropic/dear", "openai/cheap", "gateway/x")
    assert kept(3_400, *CHAIN).chain == CHAIN


def test_a_switch_whose_saving_is_not_known_is_not_made() -> None:
    assert kept(1, "gateway/x", "anthropic/dear").chain == ("anthropic/dear", "gateway/x")


@pytest.mark.parametrize("chain", [CHAIN, ("gateway/x", "anthropic/dear"), ("anthropic/dear", "openai/cheap")])
def test_with_nothing_to_lose_the_order_is_policy_s(chain: tuple[str, ...]) -> None:
    made = kept(0, *chain, last=chain[1])
    assert (made.chain, made.switch) == (chain, None)


@pytest.mark.parametrize("last", [None, "openai/cheap", "perplexity/sonar"])
def test_without_another_last_model_in_the_chain_nothing_changes(last: str | None) -> None:
    assert kept(10**9, *CHAIN, last=last).chain == CHAIN


def test_in_a_tool_loop_no_other_model_takes_over() -> None:
    made = kept(0, *CHAIN, loop=True)
    assert (made.chain, made.emergency) == (("anthropic/dear",), ())
    assert kept(0, "openai/cheap", loop=True).chain == ("anthropic/dear",)


@pytest.mark.parametrize("loop", [False, True])
def test_what_policy_forbids_is_never_kept(loop: bool) -> None:
    def check(id: str, usd: float | None) -> Hop:
        return Hop(stop="denied" if id == "anthropic/dear" else None)

    assert kept(10**9, *CHAIN, loop=loop, check=check).chain == CHAIN


def test_what_a_switch_saves_and_loses_is_told_whichever_way_it_goes() -> None:
    stayed, left, looped = kept(3_600, *CHAIN).switch, kept(3_400, *CHAIN).switch, kept(0, *CHAIN, loop=True).switch
    assert stayed is not None and left is not None and looped is not None
    assert (stayed.last, stayed.other, stayed.kept) == ("anthropic/dear", "openai/cheap", True)
    assert (stayed.saving_usd, stayed.lost_usd) == (pytest.approx(0.0315), pytest.approx(0.0324))
    assert (left.kept, left.lost_usd) == (False, pytest.approx(0.0306))
    assert (looped.kept, looped.in_tool_loop) == (True, True)
    assert kept(10**9, *CHAIN, last="openai/cheap").switch is None and kept(0, *CHAIN, last=None).switch is None
