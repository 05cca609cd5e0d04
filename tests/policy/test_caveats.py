"""What a reader would overlook is read back: trade inside a union, services, wide sectors, trade that is not there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from policy_world import HEAD, small_world

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, load_scenario, parse_scenario

INSIDE = "trade among these regions too"
SERVICES = "services too, since it names no sector"
ZERO = "The baseline has none of this"


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


def said(body: str, economy: Economy, groups: str = "{}") -> str:
    text = f"{HEAD}groups: {groups}\nmeasures: [{{id: a, {body}}}]\n"
    (sentence,) = parse_scenario(text, "s.yaml").sentences(economy)
    return sentence


def test_a_tariff_of_a_union_on_the_world_taxes_its_members_trade(icio: Economy) -> None:
    """The trade named is the largest among members, counted here from the table itself."""
    members = icio.region_indices(["EU"])
    goods = icio.sector_indices(["goods"])
    inner = icio.flows[np.ix_(members, members, goods)].sum(2)
    np.fill_diagonal(inner, 0)
    n, i = np.unravel_index(inner.argmax(), inner.shape)
    buyer, seller = (icio.region_name(icio.regions[members[m]]) for m in (n, i))
    text = said("kind: tariff, importer: [EU], sector: [goods], op: set, rate: 10%", icio)
    assert text.endswith(f"Beware: it taxes {INSIDE}, such as what {buyer} buys from {seller}.")
    assert text.count("Beware") == 1


@pytest.mark.parametrize(
    ("body", "reached"),
    [
        ("kind: tariff, importer: [EU], op: set, rate: 10%", "it taxes"),
        ("kind: tariff, exporter: [EU], op: set, rate: 10%", "it taxes"),
        ("kind: tariff, importer: [EU], exporter: [G7], op: set, rate: 10%", "it taxes"),
        ("kind: export_ban, exporter: [DEU, FRA], share: 10%", "it bans"),
        ("kind: trade_cost, importer: [MINE], op: add, rate: 10%", "it reaches"),
        ("kind: export_tax, exporter: [EU], op: add, rate: 1%", "it taxes"),
        ("kind: tariff, importer: [EU], exporter: [EU], op: set, rate: 0%", ""),
        ("kind: tariff, importer: [EU], exporter: [IND], op: set, rate: 0%", ""),
        ("kind: tariff, importer: [EU], exporter: [MINE], op: set, rate: 0%", ""),
        ("kind: tariff, importer: [DEU], op: set, rate: 0%", ""),
        ("kind: tariff, op: set, rate: 0%", ""),
        ("kind: subsidy, region: [EU], op: set, rate: 1%", ""),
    ],
)
def test_trade_inside_is_said_where_nobody_wrote_it(body: str, reached: str, icio: Economy) -> None:
    text = said(body, icio, "{MINE: [USA, DEU]}")
    assert (INSIDE in text) == bool(reached)
    assert f"Beware: {reached} {INSIDE}" in text or not reached


@pytest.mark.parametrize(("order", "warned"), [((0, 1), False), ((1, 0), True)])
def test_trade_inside_that_a_later_measure_sets_anew_is_no_surprise(
    order: tuple[int, int], warned: bool, measures: Callable[..., Scenario], icio: Economy
) -> None:
    """A border tax of a union whose inside is then set free taxes nobody inside; the other way round it does."""
    bodies = (
        "id: border, kind: tariff, importer: [EU], sector: [C23], op: add, rate: 20%",
        "id: inside, kind: tariff, importer: [EU], exporter: [EU], sector: [C23], op: set, rate: 0%",
    )
    scenario = measures(*(bodies[at] for at in order))
    assert any(INSIDE in text for text in scenario.sentences(icio)) == warned
    de, fr, at = (*map(icio.regions.index, ("DEU", "FRA")), icio.sectors.index("C23"))
    assert (scenario.compile(icio).tariffs[de, fr, at] > 0) == warned


@pytest.mark.parametrize("kind", ["tariff", "export_tax", "trade_cost", "productivity", "subsidy"])
def test_services_are_said_where_no_sector_is_named(kind: str, icio: Economy) -> None:
    side = {"tariff": "importer", "trade_cost": "importer", "export_tax": "exporter"}
    body = f"kind: {kind}, {side.get(kind, 'region')}: [USA], op: add, rate: 1%"
    assert f"{SERVICES}." in said(body, icio)
    for sectors in ("goods", "goods, services", "C26"):
        assert SERVICES not in said(f"{body}, sector: [{sectors}]", icio)


def test_a_table_without_services_says_nothing_of_them(icio: Economy) -> None:
    goods = small_world()
    bare = goods.replace(about=type(goods.about)(region_names=goods.about.region_names))
    assert SERVICES not in said("kind: tariff, importer: [USA], op: set, rate: 5%", bare)


SECTORS = {
    "chips": "on computers and electronics (C26), of which chips are a part, from",
    "steel": "on iron and steel (C24A), of which steel is a part, from",
    "textiles": "on textiles and clothing (C13T15), of which textiles are a part, from",
    "pharmaceuticals": "on pharmaceuticals from",
    "chemicals": "on chemicals from",
    "vehicles": "on motor vehicles from",
    "C26": "on computers and electronics from",
    "goods": "on goods from",
    "electronics": "on electronics (computers and electronics and electrical equipment) from",
    "chips, steel": "on computers and electronics (C26, of which chips are a part) and iron and steel (C24A, of which",
}


@pytest.mark.parametrize(("sectors", "words"), SECTORS.items(), ids=SECTORS)
def test_a_name_narrower_than_its_sector_is_read_back_as_the_sector(
    sectors: str, words: str, icio: Economy
) -> None:
    body = (
        f"kind: tariff, importer: [USA], exporter: [TWN], sector: [{sectors}], op: add, rate: 25%"
    )
    assert words in said(body, icio)


def test_trade_that_is_not_there_stays_zero() -> None:
    world = small_world()
    flows = world.flows.copy()
    flows[0, 2] = 0.0  # the United States buys nothing from Norway
    flows[:, 4, 1] = 0.0  # nor anybody German electronics
    world = world.replace(flows=flows)
    tariff = "kind: tariff, importer: [USA], op: set, rate: 0%"
    stays = "what is zero stays zero, whatever the tariff."
    assert said(f"{tariff}, exporter: [NOR]", world).endswith(f"{ZERO} trade: {stays}")
    half = said(f"{tariff}, exporter: [NOR, IND], sector: [goods]", world)
    assert half.endswith(f"{ZERO} trade for Norway: {stays}")
    both = said(f"{tariff}, exporter: [DEU], sector: [A01, C26]", world)
    assert both.endswith(f"{ZERO} trade for computers and electronics: {stays}")
    assert ZERO not in said(f"{tariff}, exporter: [IND]", world)
    made = said("kind: subsidy, region: [DEU], sector: [C26], op: set, rate: 5%", world)
    assert made.endswith(f"{ZERO} production: what is zero stays zero, whatever the subsidy.")


def test_the_day_is_read_back(measures: Callable[..., Scenario], world: Economy) -> None:
    on = "kind: tariff, importer: [USA], sector: [A01], op: add, rate: 1%, exporter"
    first, second = (
        f"id: a, {on}: [IND], until: 2025-01-01",
        f"id: b, {on}: [CHN], from: 2026-01-01",
    )
    always = f"id: c, {on}: [DEU]"

    def rest(*bodies: str, day: date | None = None, as_of: str = "") -> list[str]:
        lines = "".join(f"  - {{{body}}}\n" for body in bodies)
        head = HEAD + (f"as_of: {as_of}\n" if as_of else "")
        scenario = parse_scenario(f"{head}measures:\n{lines}", "s.yaml")
        told = scenario.read_back(world, day)
        count = len(scenario.sentences(world, day))
        assert told[:count] == scenario.sentences(world, day)
        return list(told[count:])

    assert rest(always) == []
    assert rest(first, always) == ["No day is given: every measure counts, whatever its dates."]
    assert rest(first, second) == [
        "Beware: a and b follow one another; no day is given, so that all count."
    ]
    counts = "Only what is in force on 2026-01-01"
    assert rest(second, day=date(2026, 1, 1)) == [f"{counts} counts."]
    assert rest(first, second, as_of="2026-01-01") == [
        f"{counts}, the day that the file names, counts.",
        "Not counted, since not in force on that day: Until 2025-01-01 the United States adds 1 percentage point to its "
        "tariff on agriculture from India.",
    ]


def test_words_of_a_bad_label_are_refused_with_their_line(world: Economy) -> None:
    text = HEAD + "measures:\n  - {id: a, kind: export_ban, exporter: [XXX]}\n"
    with pytest.raises(ScenarioError, match=r"^s\.yaml:4: measure a: unknown region 'XXX'"):
        parse_scenario(text, "s.yaml").sentences(world)


def test_the_scenarios_of_the_examples_are_read_back_without_surprise(icio: Economy) -> None:
    """None of them reaches inside a union, services or trade that is not there."""
    root = Path(__file__).resolve().parents[2] / "examples"
    for path in root.glob("*.yaml"):
        if "paxsilica/sweep@1" in path.read_text(encoding="utf-8"):
            continue
        lines = load_scenario(path).sentences(icio)
        assert not [line for line in lines if "Beware: it " in line or f"{ZERO} trade:" in line]
