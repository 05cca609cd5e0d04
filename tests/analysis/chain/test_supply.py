"""The static programme against a second programme and solver, closed forms and what must hold for any chain."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from chain_worlds import best_output, by_id, chain_of, draw_chain, draw_cuts, stage
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.chain import Input, Outage, load_chain, packaged_chains, supply
from paxsilica.analysis.chain.program import Linear, program_of
from paxsilica.errors import ChainError, ConvergenceError, InputError, LabelError

seeds = st.integers(0, 10**9).map(np.random.default_rng)


def test_the_optimum_is_the_one_of_a_plainer_programme() -> None:
    """500 chains, each sale followed from country to country, solved by another method and proved by duality."""
    below = barred = 0
    for seed in range(500):
        rng = np.random.default_rng(seed)
        chain = draw_chain(rng)
        cuts = draw_cuts(rng, chain)
        output = supply(chain, cuts).output
        assert output == pytest.approx(best_output(chain, cuts), abs=1e-8), (seed, cuts)
        below += output < 0.999
        barred += output < 0.999 and any(cut.buyers for cut in cuts)
    assert below > 120
    assert barred > 48


@pytest.mark.parametrize("name", packaged_chains())
def test_programmes_solved_one_after_another_are_each_proved_by_duality(name: str) -> None:
    """Capacities at random, some zero and some at once, so that optima are degenerate and bases change a lot."""
    program = program_of(load_chain(name))
    rng, full = np.random.default_rng(5), program.share
    for _ in range(40):
        capacity = full * rng.choice([0.0, 0.5, 0.5, 1.0, rng.random()], full.shape)
        value, x, of_rows, of_bounds = program.solve(capacity)
        upper = program.upper(capacity)
        assert (x >= -1e-9).all()
        assert (x <= upper + 1e-9).all()
        assert (program.A @ x <= program.b + 1e-9).all()
        assert program.output @ x == pytest.approx(value, abs=1e-9)
        assert (of_rows >= -1e-9).all()
        assert (program.A.T @ of_rows + of_bounds >= program.output - 1e-9).all()
        assert program.b @ of_rows + upper @ of_bounds == pytest.approx(value, abs=1e-9)


@given(seeds)
@settings(max_examples=20)
def test_nothing_cut_is_exactly_normal(rng: np.random.Generator) -> None:
    found = supply(draw_chain(rng, most=6))
    assert found.output == 1.0
    assert set(by_id(found.chain, found.by_stage).values()) == {1.0}
    assert set(found.final.values()) == {1.0}
    assert found.bottlenecks == ()
    assert set(by_id(found.chain, found.gains).values()) == {0.0}


@given(seeds)
@settings(max_examples=20)
def test_more_cuts_never_raise_and_more_spare_never_lowers(rng: np.random.Generator) -> None:
    chain = draw_chain(rng, most=5)
    cuts = draw_cuts(rng, chain)
    output = supply(chain, cuts).output
    assert supply(chain, cuts[:-1]).output >= output - 1e-8
    harder = (*cuts[:-1], dataclasses.replace(cuts[-1], share=1.0))
    assert supply(chain, harder).output <= output + 1e-8
    stages = tuple(
        dataclasses.replace(s, spare=s.spare + float(rng.random())) for s in chain.stages
    )
    assert supply(dataclasses.replace(chain, stages=stages), cuts).output >= output - 1e-8


@given(seeds)
@settings(max_examples=20)
def test_a_tree_gives_the_scarcest_stage(rng: np.random.Generator) -> None:
    """Each product has one user: output = min over stages of capacity / what the final product needs of the stage."""
    size = int(rng.integers(2, 8))
    user = {s: int(rng.integers(s + 1, size)) for s in range(size - 1)}
    saved = {s: float(rng.choice([0, 0.1, 0.5])) for s in user}
    stages = [
        stage(
            f"s{s}",
            [Input(f"s{k}", 1.0, saved[k]) for k in user if user[k] == s],
            {"CHN": round(float(rng.random()), 3)},
            spare=float(rng.choice([0, 0.2])),
        )
        for s in range(size)
    ]
    need = {size - 1: 1.0}
    for s in reversed(range(size - 1)):
        need[s] = need[user[s]] * (1 - saved[s])
    left = [(1 - stages[s].shares["CHN"]) * (1 + stages[s].spare) / need[s] for s in range(size)]
    found = supply(chain_of(*stages), [Outage(("CHN",))])
    assert found.output == pytest.approx(min(1.0, *left), abs=1e-9)
    if found.output < 0.999:
        assert found.bottlenecks == (f"s{int(np.argmin(left))}",)
        at = int(np.argmin(left))
        assert by_id(found.chain, found.gains) == pytest.approx(
            {f"s{s}": 1 / need[s] if s == at else 0.0 for s in range(size)}, abs=1e-6
        )


def by_place(found, product):
    """What plants make of a product, by country."""
    made = found.made[found.chain.position(product)]
    return dict(zip(found.chain.places, made.tolist(), strict=True))


def two_steps(ore, magnets):
    return chain_of(stage("ore", (), ore), stage("magnets", ["ore"], magnets))


def test_a_ban_leaves_the_buyer_what_others_make() -> None:
    """Japan makes half of all magnets, China nine tenths of the ore: without it Japan has the tenth of others, 0.1."""
    chain = two_steps({"CHN": 0.9, "USA": 0.1}, {"CHN": 0.5, "JPN": 0.5})
    ban = supply(chain, [Outage(("CHN",), ("ore",), ("JPN",))])
    assert ban.output == pytest.approx(0.6)
    assert by_place(ban, "magnets") == pytest.approx({"CHN": 0.5, "JPN": 0.1, "USA": 0, "OTHER": 0})
    assert by_id(ban.chain, ban.by_stage) == pytest.approx({"ore": 1.0, "magnets": 0.6})


def test_a_partial_ban_is_a_quota_on_what_was_sold() -> None:
    """China sold Japan 0.9 x 0.5 of the ore; half of it, 0.225, and the tenth of others keep 0.325 of Japan's 0.5."""
    chain = two_steps({"CHN": 0.9, "USA": 0.1}, {"CHN": 0.5, "JPN": 0.5})
    assert supply(chain, [Outage(("CHN",), (), ("JPN",), 0.5)]).output == pytest.approx(0.825)


def test_a_country_keeps_what_it_makes_itself() -> None:
    chain = two_steps({"CHN": 0.5, "JPN": 0.5}, {"CHN": 0.5, "JPN": 0.5})
    both = ("CHN", "JPN")
    assert supply(chain, [Outage(both, (), both)]).output == 1.0
    assert supply(two_steps({"CHN": 1.0}, {"JPN": 1.0}), [Outage(both, (), both)]).output == 0.0


def test_cuts_act_one_after_the_other() -> None:
    chain = two_steps({"CHN": 1.0}, {"CHN": 0.5})
    cuts = [Outage(("CHN",), ("ore",), (), 0.5), Outage(("CHN",), (), (), 0.4)]
    assert supply(chain, cuts).output == pytest.approx(0.5 * 0.6)


def test_a_shortage_is_spread_evenly() -> None:
    """Half of the ore is lost to two products with one use each; any split is best, the even one is shown."""
    chain = chain_of(
        stage("ore", (), {"CHN": 0.5}),
        stage("magnets", ["ore"], {"JPN": 0.8}),
        stage("catalysts", ["ore"], {"USA": 1.0}),
        final=("magnets", "catalysts"),
    )
    found = supply(chain, [Outage(("CHN",), ("ore",))])
    assert found.output == pytest.approx(0.5)
    assert found.final == pytest.approx({"magnets": 0.5, "catalysts": 0.5})
    assert by_place(found, "magnets") == pytest.approx(
        {"CHN": 0, "JPN": 0.4, "USA": 0, "OTHER": 0.1}
    )
    assert by_id(found.chain, found.by_stage) == pytest.approx(
        {"ore": 0.5, "magnets": 1.0, "catalysts": 1.0}
    )
    assert [note.name for note in found.notes] == ["several final products"]


def test_the_mean_of_two_products_may_leave_the_shortage_to_one() -> None:
    """Catalysts need a quarter of the ore for the same part of the mean: they are served, and magnets go without."""
    inputs = [Input("ore", 3.0)], [Input("ore", 1.0)]
    chain = chain_of(
        stage("ore", (), {"CHN": 0.75}),
        stage("magnets", inputs[0], {"JPN": 0.8}),
        stage("catalysts", inputs[1], {"USA": 1.0}),
        final=("magnets", "catalysts"),
    )
    found = supply(chain, [Outage(("CHN",), ("ore",))])
    assert found.final == pytest.approx({"magnets": 0.0, "catalysts": 1.0}, abs=1e-7)
    assert found.output == pytest.approx(0.5)


@given(seeds)
@settings(max_examples=20)
def test_the_plan_shown_is_a_best_one(rng: np.random.Generator) -> None:
    chain = draw_chain(rng)
    found = supply(chain, draw_cuts(rng, chain))
    assert np.mean(list(found.final.values())) == pytest.approx(found.output, abs=1e-7)
    for product, level in found.final.items():
        assert sum(by_place(found, product).values()) == pytest.approx(level, abs=1e-7)
    assert all(
        by_id(found.chain, found.by_stage)[product] >= level - 1e-7
        for product, level in found.final.items()
    )


@given(seeds)
@settings(max_examples=20)
def test_shadow_prices_are_right_derivatives(rng: np.random.Generator) -> None:
    """Against a difference of the plainer programme: capacity is added where it helps most."""
    chain, h = draw_chain(rng), 1e-5
    cuts = draw_cuts(rng, chain)
    found = supply(chain, cuts)
    before = best_output(chain, cuts)
    for s in chain.stages:
        places = [*chain.countries, "OTHER"]
        after = max(best_output(chain, cuts, {(s.id, place): h}) for place in places)
        assert by_id(found.chain, found.gains)[s.id] == pytest.approx(
            (after - before) / h, abs=1e-3
        )


@given(seeds)
@settings(max_examples=12)
def test_bottlenecks_are_what_completes_a_set_that_helps(rng: np.random.Generator) -> None:
    """By trying every set of stages in the plainer programme: some set adds nothing without the stage, something with
    it."""
    chain = draw_chain(rng)
    cuts = draw_cuts(rng, chain)
    found, places = supply(chain, cuts), [*chain.countries, "OTHER"]
    ids = [s.id for s in chain.stages]

    def raises(widened: frozenset[str]) -> bool:
        more = {(id, place): 0.01 for id in widened for place in places}
        return best_output(chain, cuts, more) > found.output + 1e-6

    helps = {
        frozenset(some): raises(frozenset(some))
        for size in range(5)
        for some in combinations(ids, size)
    }
    completing = [
        s
        for s in ids
        if any(helps[some | {s}] and not helps[some] for some in helps if s not in some)
    ]
    assert sorted(found.bottlenecks) == sorted(completing if found.output < 1 - 1e-9 else [])


def test_a_stage_that_is_gone_but_not_needed_is_no_bottleneck() -> None:
    """Every plant of a is lost, but b can do without it: only b holds the output at 0.4."""
    chain = chain_of(stage("a", (), {"CHN": 1.0}), stage("b", [Input("a", 1.0, 1.0)], {"CHN": 0.6}))
    found = supply(chain, [Outage(("CHN",))])
    assert found.output == pytest.approx(0.4)
    assert found.bottlenecks == ("b",)
    needed = chain_of(
        stage("a", (), {"CHN": 1.0}), stage("b", [Input("a", 1.0, 0.1)], {"CHN": 1.0})
    )
    assert supply(needed, [Outage(("CHN",))]).bottlenecks == ("a", "b")


def test_a_ban_at_one_stage_names_no_stage_before_it() -> None:
    """The buyers lack magnets; oxides and metals are there in plenty, even with an eighth less."""
    chain, cut = load_chain("magnets"), Outage(("CHN",), ("magnets",), ("USA", "JPN"))
    found = supply(chain, [cut])
    assert found.bottlenecks == ("magnets", "motors-and-vehicles")
    for id in ("magnet-oxides", "heavy-oxides", "metals-and-alloys"):
        fewer = found.capacity.copy()
        fewer[chain.position(id)] *= 0.87
        assert found.program.solve(fewer).value == pytest.approx(found.output, abs=1e-9)
    for id in found.bottlenecks:
        fewer = found.capacity.copy()
        fewer[chain.position(id)] *= 0.99
        assert found.program.solve(fewer).value < found.output - 1e-4


@given(seeds)
@settings(max_examples=20)
def test_bottlenecks_alone_raise_output(rng: np.random.Generator) -> None:
    chain = draw_chain(rng, most=5)
    cuts = draw_cuts(rng, chain)
    found = supply(chain, cuts)
    places = [*chain.countries, "OTHER"]
    widened = {
        (s.id, place): 0.01 for s in chain.stages for place in places if s.id in found.bottlenecks
    }
    others = {
        (s.id, place): 1.0
        for s in chain.stages
        for place in places
        if s.id not in found.bottlenecks
    }
    assert best_output(chain, cuts, others) == pytest.approx(found.output, abs=1e-8)
    if found.output < 0.999:
        assert best_output(chain, cuts, widened) > found.output + 1e-5


def test_at_a_kink_neither_stage_helps_alone() -> None:
    """Ore and magnets both fall to 0.3: more of one adds nothing while the other binds."""
    found = supply(two_steps({"CHN": 0.7}, {"CHN": 0.7}), [Outage(("CHN",))])
    assert found.output == pytest.approx(0.3)
    assert by_id(found.chain, found.gains) == {"ore": 0.0, "magnets": 0.0}
    assert found.bottlenecks == ("ore", "magnets")


def test_a_product_at_its_normal_output_is_no_bottleneck() -> None:
    """Catalysts keep all their plants and inputs; what they lack for more is demand."""
    chain = chain_of(
        stage("ore", (), {"AUS": 1.0}, spare=0.5),
        stage("magnets", ["ore"], {"CHN": 0.9}),
        stage("catalysts", ["ore"], {"USA": 1.0}),
        final=("magnets", "catalysts"),
    )
    found = supply(chain, [Outage(("CHN",))])
    assert found.final == pytest.approx({"magnets": 0.1, "catalysts": 1.0})
    assert by_id(found.chain, found.gains) == pytest.approx(
        {"ore": 0.0, "magnets": 0.5, "catalysts": 0.0}, abs=1e-6
    )
    assert found.bottlenecks == ("magnets",)


def test_stages_without_country_data_are_safe_and_said_so() -> None:
    found = supply(
        chain_of(stage("ore"), stage("magnets", ["ore"], {"CHN": 0.9})),
        [Outage(("CHN",), ("ore",))],
    )
    assert found.output == 1.0
    assert found.chain.unknown == ("ore",)
    assert "takes nothing away" in found.notes[0].text


def test_a_ban_without_a_buyer_is_said() -> None:
    chain = two_steps({"CHN": 1.0}, {"JPN": 1.0})
    texts = [note.text for note in supply(chain, [Outage(("CHN",), ("ore",), ("USA",))]).notes]
    assert texts == [
        "No plant in the United States uses what China makes in ore; this cut takes nothing away."
    ]
    assert (
        "final products" in supply(chain, [Outage(("JPN",), ("magnets",), ("USA",))]).notes[-1].text
    )
    own = supply(chain, [Outage(("CHN",), ("ore",), ("CHN",))]).notes[0].text
    assert own.startswith("A country keeps what it makes itself: China is both")
    both = supply(chain, [Outage(("CHN", "USA"), ("ore",), ("USA",))]).notes[0].text
    assert both.startswith(
        "No plant in the United States uses what China and the United States make in ore; a country keeps"
    )


@pytest.mark.parametrize(
    ("cut", "error", "text"),
    [
        (Outage(("CHN",), ("or",)), ChainError, "unknown stage 'or'; did you mean ore"),
        (Outage(("CHM",)), LabelError, "unknown country or group 'CHM'; did you mean"),
        (Outage(("CHN",), (), ("XXX",)), LabelError, "unknown country or group 'XXX'"),
        (Outage(("OTHER",)), LabelError, "OTHER is what the named shares lack"),
        (Outage(()), InputError, "names no supplier"),
        (Outage(("CHN",), share=0.0), InputError, "0%"),
        (Outage(("CHN",), share=1.2), InputError, "120%"),
        (Outage(("CHN",), share=1.000001), InputError, "a cut of 100.0001% is"),
        (Outage(("CHN",), share=float("nan")), InputError, "nan%"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(cut: Outage, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        supply(two_steps({"CHN": 0.9}, {"JPN": 0.5}), [cut])


@pytest.mark.parametrize("limit", [-1.0, np.inf])
def test_what_cannot_be_solved_is_no_number(limit: float) -> None:
    """x <= -1 with x >= 0 has no solution; x without a limit has no largest."""
    A = np.array([[1.0 if np.isfinite(limit) else -1.0]])
    b = np.array([limit if np.isfinite(limit) else 0.0])
    with pytest.raises(ConvergenceError, match="chain test: the linear programme was not solved"):
        Linear("test", A, b, np.full(1, np.inf)).maximise(np.ones(1))


@pytest.mark.parametrize(
    ("c", "upper"), [(np.nan, 1.0), (1.0, np.nan), (np.inf, 1.0), (1.0, -1.0), (1.0, np.inf)]
)
def test_a_solver_that_is_kept_never_answers_the_programme_before(c: float, upper: float) -> None:
    linear = Linear("test", -np.eye(1), np.zeros(1), np.full(1, 2.0))
    assert linear.maximise(np.ones(1)).value == 2.0
    with pytest.raises(ConvergenceError, match="the linear programme was not solved"):
        linear.maximise(np.full(1, c), np.full(1, upper))
    assert linear.maximise(np.ones(1)).value == 2.0
