"""SupplyChain files: what is read, and one clear line for each thing that cannot be."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from chain_worlds import parse_chain
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.chain import (
    Input,
    Outage,
    Stage,
    SupplyChain,
    load_chain,
    supply,
)
from paxsilica.data import load_economy
from paxsilica.errors import ChainError

HEAD = """schema: paxsilica/chain@1
title: Magnets
final: [magnets]
sources:
  s: {title: Summaries, publisher: Survey, licence: public domain, date: "2026"}
"""
ORE = """  - id: ore
    name: Ore
    layer: minerals
    shares: {CHN: 69.4%, USA: 13.1%}
    year: 2025
    source: s
    stock: 60 days
    rebuild: 1825 days
    spare: 5%
"""
MAGNETS = """  - id: magnets
    name: Magnets
    shares: {CHN: 90%}
    year: 2024
    source: s
    inputs:
      - {stage: ore, weight: 2, substitutable: 10%, note: recycled}
"""
LINK = "links: [{stage: ore, sectors: [C20], exposed: 5%, source: s}]\n"
WHOLE = HEAD + "stages:\n" + MAGNETS + ORE


def test_a_file_is_read_as_written() -> None:
    text = (
        WHOLE
        + "links:\n  - {stage: magnets, sectors: [C27, C29], exposed: 12%, cost: 3%, source: s}\nnote: a limit\n"
    )
    chain = parse_chain(text)
    assert [stage.id for stage in chain.stages] == ["ore", "magnets"]
    ore, magnets = chain.stages
    assert ore.shares == pytest.approx({"CHN": 0.694, "USA": 0.131})
    assert (ore.stock, ore.rebuild, ore.layer, ore.year) == (60.0, 1825.0, "minerals", 2025)
    assert (ore.spare, ore.share("OTHER"), ore.share("FRA")) == pytest.approx((0.05, 0.175, 0.0))
    assert magnets.inputs == (Input("ore", 2.0, 0.1, "recycled"),)
    assert chain.use.tolist() == [[0, 1], [0, 0]]
    assert chain.sources["s"].publisher == "Survey"
    assert (chain.links[0].sectors, chain.links[0].kind) == (("C27", "C29"), "use")
    assert (chain.links[0].exposed, chain.links[0].cost) == (0.12, 0.03)
    assert [note.text for note in chain.notes] == ["a limit"]


def test_what_the_shares_are_of_and_what_lasts_for_years() -> None:
    ore, magnets = parse_chain(
        WHOLE.replace("spare: 5%", "basis: headquarters\n    capital: yes")
    ).stages
    assert (ore.basis, ore.capital) == ("headquarters", True)
    assert (magnets.basis, magnets.capital) == ("plant", False)
    assert parse_chain(WHOLE.replace("spare: 5%", "capital: yes")).capital == ("ore",)
    assert parse_chain(WHOLE.replace("spare: 5%", "capital: no")).capital == ()


def test_unknown_shares_are_said() -> None:
    chain = parse_chain(
        WHOLE.replace("shares: {CHN: 90%}\n    year: 2024\n    source: s", "shares: unknown")
    )
    assert chain.unknown == ("magnets",)
    assert chain.notes[0].text.startswith("No country data for stage magnets.")
    assert chain.stages[1].share("OTHER") == 1.0


def test_a_share_that_no_source_gives_is_missing_and_not_zero() -> None:
    chain = parse_chain(WHOLE.replace("{CHN: 69.4%, USA: 13.1%}", "{CHN: 69.4%, USA: unknown}"))
    ore, magnets = chain.stages
    assert ore.shares == pytest.approx({"CHN": 0.694})
    assert (ore.missing, magnets.missing) == (("USA",), ())
    assert ore.share("OTHER") == pytest.approx(0.306)
    assert chain.untold(("USA",)).tolist() == [True, False]
    assert chain.untold(("USA", "CHN")).tolist() == [False, False]
    (note,) = (note for note in chain.notes if note.leads)
    assert "the United States of ore" in note.text
    cut = supply(chain, [Outage(("USA", "CHN"))])
    assert any(
        "No source gives what is made in United States of Ore" in note.text for note in cut.notes
    )
    assert cut.output == supply(chain, [Outage(("CHN",))]).output


@pytest.mark.parametrize(
    ("licence", "barred"),
    [("CC BY-NC 4.0", True), ("non-commercial use", True), ("CC BY 4.0", False)],
)
def test_what_may_not_be_sold_says_so_first(licence: str, barred: bool) -> None:
    chain = parse_chain(WHOLE.replace("licence: public domain", f"licence: {licence}"))
    said = [note.text for note in chain.notes if note.leads]
    assert (
        said
        == [f"Not for commercial use: made from Survey, Summaries (2026), licence {licence}."]
        * barred
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("chain@1", "chain@2", 1, "begin the file with `schema: paxsilica/chain@1`"),
        ("schema: paxsilica/chain@1\n", "", 1, "begin the file with `schema: paxsilica/chain@1`"),
        ("title: Magnets\n", "", 1, "title is missing"),
        ("title:", "titel:", 2, "unknown key 'titel'; did you mean title?"),
        (
            "    layer: minerals",
            "    layers: minerals",
            16,
            "unknown key 'layers' of a stage; did you mean layer?",
        ),
        (
            "layer: minerals",
            "layer: mineral",
            16,
            "stage ore: unknown layer 'mineral'; did you mean minerals?",
        ),
        ("weight: 2", "wieght: 2", 13, "unknown key 'wieght' of an input; did you mean weight?"),
        (
            "final: [magnets]",
            "final: [magnet]",
            3,
            "final product 'magnet' is no stage; did you mean magnets (Magnets)?",
        ),
        ("final: [magnets]", "final: magnets", 3, "final must be a list"),
        ("final: [magnets]\n", "", 1, "has no final product; name the stages"),
        ("final: [magnets]", "final: []", 3, "has no final product"),
        (
            "final: [magnets]",
            "final: [magnets, magnets]",
            3,
            "final product magnets stands twice; keep one",
        ),
        ("final: [magnets]", "final: [ore]", 7, "stage magnets leads to no final product"),
        (
            "{stage: ore,",
            "{stage: or,",
            13,
            "stage magnets uses 'or', which is no stage; did you mean ore (Ore)?",
        ),
        (
            "{stage: ore,",
            "{stage: magnets,",
            12,
            "stages run in a circle: magnets uses magnets; remove one",
        ),
        (
            "    spare: 5%",
            "    inputs: [{stage: magnets}]",
            12,
            "stages run in a circle: magnets uses ore uses magnets;",
        ),
        ("CHN: 69.4%", "CHN: 89.4%", 17, "stage ore: shares sum to 102.5%"),
        ("CHN: 69.4%", "CHN: -9.4%", 17, "stage ore: share -9.4% of CHN must be 0% or more"),
        ("CHN: 69.4%", "CHN: 69.4", 17, "stage ore: CHN 69.4 has no % sign; write 69.4%"),
        ("USA: 13.1%", "XSA: 13.1%", 17, "stage ore: unknown country or group 'XSA'; did you mean"),
        ("USA: 13.1%", "OTHER: 13.1%", 17, "OTHER is what the named shares lack to 100%"),
        (
            "shares: {CHN: 90%}",
            "shares: none",
            9,
            "shares must be `{CHN: 69%, USA: 13%}` or `unknown`",
        ),
        ("    shares: {CHN: 90%}\n", "", 7, "stage magnets: shares are missing"),
        ("    year: 2024\n", "", 9, "stage magnets has shares but no year"),
        (
            "year: 2024",
            "year: 24",
            10,
            "stage magnets: year '24' is no year; write one such as 2024",
        ),
        ("year: 2024", "year: 1024", 10, "year 1024 is not between"),
        ("    source: s\n    inputs", "    inputs", 9, "stage magnets has shares but no source"),
        (
            "    source: s\n    inputs",
            "    source: t\n    inputs",
            11,
            "source 't' is not among `sources`",
        ),
        (
            "stock: 60 days",
            "stock: 60",
            20,
            "stock '60' is no time in days; write it as in `stock: 60 days`",
        ),
        ("stock: 60 days", "stock: 2 months", 20, "stock '2 months' is no time in days"),
        ("stock: 60 days", "stock: -60 days", 20, "stage ore: stock -60 days must be 0 or more"),
        (
            "rebuild: 1825 days",
            "rebuild: -1 days",
            21,
            "stage ore: rebuild -1 days must be 0 or more",
        ),
        (
            "stock: 60 days",
            f"stock: {'9' * 400} days",
            20,
            "stock '999999999999999999999999999999' is no time in days",
        ),
        ("weight: 2", f"weight: {'9' * 400}", 13, "is no plain number"),
        (
            "spare: 5%",
            "spare: 5%\n    basis: plants",
            23,
            "stage ore: unknown basis 'plants'; did you mean plant?",
        ),
        (
            "spare: 5%",
            "spare: 5%\n    capital: maybe",
            23,
            "capital 'maybe' is neither yes nor no; write `capital: yes`",
        ),
        ("USA: 13.1%", "C99: 13.1%", 17, "stage ore: unknown country or group 'C99'"),
        (
            "{CHN: 90%}",
            "{CHN: 0%, JPN: 0%}",
            9,
            "no country has a share above 0%; write `shares: unknown`",
        ),
        ("{CHN: 90%}", "{}", 9, "no country has a share above 0%"),
        ("spare: 5%", "spare: -5%", 22, "stage ore: spare -5% must be 0 or more"),
        ("weight: 2", "weight: 0", 13, "stage magnets, input ore: weight 0 must be above 0"),
        ("weight: 2", "weight: two", 13, "weight 'two' is no plain number"),
        (
            "substitutable: 10%",
            "substitutable: 110%",
            13,
            "substitutable 110% must be from 0% to 100%",
        ),
        (
            "substitutable: 10%",
            "substitutable: -1%",
            13,
            "substitutable -1% must be from 0% to 100%",
        ),
        (
            "- id: ore",
            "- id: Ore!",
            14,
            "stage id 'Ore!' is no valid name; use lower case, digits and hyphens",
        ),
        ("    name: Ore\n", "", 14, "stage ore: name is missing"),
        ("publisher: Survey, ", "", 5, "source s: publisher is missing"),
        (
            "- id: ore",
            "- id: magnets",
            14,
            "stage magnets stands twice (first in line 7); keep one",
        ),
        ("- id: ore\n", "- ide: ore\n", 14, "a stage is a mapping that begins with `- id: NAME`"),
        (
            ORE,
            ORE + "links: [{stage: or, sectors: [C1], exposed: 5%}]\n",
            23,
            "links: 'or' is no stage; did you mean ore",
        ),
        (
            ORE,
            ORE + "links: [{stage: ore, sectors: [C1], exposed: 0%}]\n",
            23,
            "exposed 0% must be above 0%",
        ),
        (ORE, ORE + "links: [{stage: ore, sectors: [], exposed: 5%}]\n", 23, "ore names no sector"),
        (ORE, ORE + "links: [{stage: ore, sectors: [C1]}]\n", 23, "exposed is missing"),
        (
            ORE,
            ORE + LINK.replace("s}", "s, kind: uses}"),
            23,
            "links: ore: unknown kind 'uses'; did you mean use?",
        ),
        (
            ORE,
            ORE + LINK.replace("s}", "s, cost: 101%}"),
            23,
            "links: ore: cost 101% must be from 0% to 100%",
        ),
        ("stages:\n" + MAGNETS + ORE, "stages: []\n", 6, "has no stages"),
        ("stages:\n" + MAGNETS + ORE, "", 1, "has no stages"),
        (WHOLE, "[]", 1, "must be a mapping of keys; begin with `schema: paxsilica/chain@1`"),
        (WHOLE, " ", None, "is empty; begin with `schema: paxsilica/chain@1`"),
        ("title: Magnets", "title: [a]", 2, "title must be text"),
        ("title: Magnets", "title: &a b", 2, "anchors"),
    ],
)
def test_what_breaks_a_rule_is_refused_in_one_line(
    old: str, new: str, line: int | None, says: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ChainError) as caught:
        parse_chain(WHOLE.replace(old, new, 1), "a.yaml")
    lines = str(caught.value).split("\n")
    assert len(lines) == 1 + (new == "- id: Ore!"), "the input of that name is gone too"
    assert says in lines[-1]
    assert "scenario" not in lines[-1]
    assert caught.value.path == "a.yaml"
    assert lines[-1].startswith("a.yaml: " if line is None else f"a.yaml:{line}: ")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Each thing once, in the order of the file: a key that is misspelt is not missing, a value left out not wrong."""
    text = """schema: paxsilica/chain@1
titel: Magnets
note: "a\\e[1m"
stages:
  - id: ore
    name: Ore
    shares: {CHN: 69,4%, USB: 13%, EU: 5%, DEU: 1%}
    year: 25
    stock:
    spare: 5
    inputs: [{stage: or, wieght: 2}]
  - id: ore
  - name: x
links: [{stage: ore, sectors: C20}]
"""
    with pytest.raises(ChainError) as caught:
        parse_chain(text, "a.yaml")
    assert str(caught.value).split("\n") == [
        "a.yaml:2: unknown key 'titel'; did you mean title?",
        "a.yaml:3: note holds the control character U+001B; remove it",
        "a.yaml:7: stage ore: CHN '69,4%' has a comma; write 69.4%",
        "a.yaml:7: stage ore: unknown country or group 'USB'; did you mean USA (United States)?",
        "a.yaml:7: stage ore: DEU is named by EU and by DEU; name it once",
        "a.yaml:8: stage ore: year '25' is no year; write one such as 2024",
        "a.yaml:9: 'stock' has no value; write one or remove the line",
        "a.yaml:10: stage ore: spare 5 has no % sign; write 5%",
        "a.yaml:11: unknown key 'wieght' of an input; did you mean weight?",
        "a.yaml:12: stage ore stands twice (first in line 5); keep one",
        "a.yaml:13: a stage is a mapping that begins with `- id: NAME`",
        "a.yaml:14: link 1: sectors must be a list; write `sectors: [...]`",
        "a.yaml:14: link 1: exposed is missing; write the share of these sectors' output that depends on the stage",
    ]


def test_a_title_has_a_longest_length() -> None:
    with pytest.raises(
        ChainError, match=r"^a\.yaml:2: title has 201 characters; write at most 200$"
    ):
        parse_chain(WHOLE.replace("title: Magnets", f"title: {'x' * 201}"), "a.yaml")


def with_shares(shares: str) -> Stage:
    chain = parse_chain(WHOLE.replace("{CHN: 90%}", f"{{{shares}}}"), "a.yaml")
    return chain.stages[1]


def test_published_shares_that_rounding_brings_above_the_whole_are_read() -> None:
    """Enrichment of uranium, from three sources: 100.4 %."""
    published = {"RUS": 43.1, "USA": 7.3, "CHN": 17, "FRA": 12, "NLD": 8, "GBR": 7, "DEU": 6}
    written = ", ".join(f"{country}: {share}%" for country, share in published.items())
    chain = parse_chain(WHOLE.replace("{CHN: 90%}", f"{{{written}}}"))
    assert chain.stages[1].shares == pytest.approx(
        {country: share / 100.4 for country, share in published.items()}
    )
    assert chain.stages[1].share("OTHER") == 0.0
    assert [note.text for note in chain.notes] == [
        "The shares of stage magnets add up to 100.4%, as rounded ones and those of several sources do; each is divided "
        "by the sum."
    ]


@pytest.mark.parametrize(
    ("shares", "read"),
    [
        ("CHN: 90%, JPN: 10.00000001%", True),
        ("CHN: 90%, JPN: 10.5%", True),
        ("CHN: 90%, JPN: 10.51%", False),
        ("CHN: 51%, JPN: 50%", True),
        ("CHN: 51%, JPN: 51%", False),
        ("CHN: 51.0%, JPN: 50.0%", False),
        ("CHN: 50%, JPN: 20%, USA: 20%, FRA: 12%", True),
        ("CHN: 50%, JPN: 20%, USA: 20%, FRA: 13%", False),
        ("CHN: 40%, JPN: 20%, USA: 20%, FRA: 10%, DEU: 5%, ITA: 8%", False),
        ("CHN: 102%, JPN: -1%", False),
    ],
)
def test_the_sum_may_be_off_by_what_rounding_explains(shares: str, read: bool) -> None:
    """Half a unit of the last digit of every share, half a point in any case, two points at most."""
    if read:
        assert sum((with_shares(shares).shares or {}).values()) == pytest.approx(1)
    else:
        with pytest.raises(ChainError, match=r"^a\.yaml:9: stage magnets: share"):
            with_shares(shares)


def test_everyday_names_are_countries() -> None:
    assert with_shares("China: 50%, UK: 5%, South Korea: 3%").shares == {
        "CHN": 0.5,
        "GBR": 0.05,
        "KOR": 0.03,
    }
    with pytest.raises(ChainError, match="GBR is named by UK and by GBR; name it once"):
        with_shares("UK: 5%, GBR: 3%")


def test_the_share_of_a_group_is_split_by_what_its_members_make() -> None:
    economy = load_economy("icio2022")
    chain = parse_chain(WHOLE.replace("{CHN: 90%}", "{CHN: 50%, EU: 20%}"))
    shares = chain.stages[1].shares or {}
    goods = economy.output[:, economy.sector_indices(["goods"])].sum(1)
    union = economy.region_indices(["EU"])
    made = {economy.regions[n]: goods[n] / goods[union].sum() for n in union}
    assert shares == pytest.approx({"CHN": 0.5} | {c: 0.2 * part for c, part in made.items()})
    assert chain.stages[1].share("OTHER") == pytest.approx(0.3)
    assert chain.notes[0].text.startswith(
        "Stage magnets has one share for EU; it is split over its 27 countries"
    )
    cut = supply(chain, [Outage(tuple(made), stages=("magnets",))])
    assert cut.output == pytest.approx(0.8)


def test_a_group_of_members_of_unknown_size_is_explained() -> None:
    with pytest.raises(ChainError) as caught:
        with_shares("CHN: 50%, GCC: 20%")
    assert str(caught.value) == (
        "a.yaml:9: stage magnets: GCC is 6 countries, and icio2022 does not know the size of BHR; give the shares of "
        "members, or leave it out: what is unnamed counts as safe from every cut"
    )


def test_a_chain_built_in_code_names_countries_by_their_codes() -> None:
    for code, says in (
        ("EU", "EU is a group of 27 countries; write AUT, BEL, BGR, ..."),
        ("UK", "UK; write GBR"),
    ):
        ore = Stage("ore", "Ore", (), {code: 0.5}, year=2025, source="s")
        with pytest.raises(ChainError, match=re.escape(says)):
            SupplyChain("x", "X", (ore,), ("ore",), parse_chain(WHOLE).sources)


def test_a_file_extends_another_stage_by_stage(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(WHOLE + "note: of the base\n")
    own = """schema: paxsilica/chain@1
extends: base.yaml
note: mine
sources: {own: {title: Own, publisher: Me, licence: none, date: "2026"}}
stages:
  - id: ore
    shares: {CHN: 50%}
    source: own
  - {id: alloy, name: Alloy, shares: unknown, inputs: [{stage: ore}]}
  - id: magnets
    inputs: [{stage: alloy}]
"""
    (tmp_path / "own.yaml").write_text(own)
    chain = load_chain(tmp_path / "own.yaml")
    assert (chain.name, chain.title) == ("own", "Magnets")
    assert [stage.id for stage in chain.stages] == ["ore", "alloy", "magnets"]
    assert (chain.stages[0].shares, chain.stages[0].stock) == ({"CHN": 0.5}, 60.0)
    assert set(chain.sources) == {"s", "own"}
    assert chain.notes[0].text == "of the base mine"
    (tmp_path / "own.yaml").write_text(own.replace("source: own", "source: owm"))
    with pytest.raises(
        ChainError,
        match=r"own\.yaml:8: stage ore: source 'owm' is not among `sources`; did you mean own",
    ):
        load_chain(tmp_path / "own.yaml")
    (tmp_path / "own.yaml").write_text(own)
    (tmp_path / "base.yaml").write_text(WHOLE.replace("spare: 5%", "spare: -5%"))
    with pytest.raises(ChainError, match=r"base\.yaml:22: stage ore: spare"):
        load_chain(tmp_path / "own.yaml")


def test_files_that_extend_one_another_in_a_circle_are_refused(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.yaml").write_text(
            f"schema: paxsilica/chain@1\ntitle: t\nextends: {other}.yaml\n"
        )
    with pytest.raises(
        ChainError,
        match=r"b\.yaml:3: files extend one another in a circle: a\.yaml extends b\.yaml ext",
    ):
        load_chain(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text("schema: paxsilica/chain@1\ntitle: t\nextends: c.yaml\n")
    with pytest.raises(ChainError, match=r"a\.yaml:3: extends 'c\.yaml', which is no file"):
        load_chain(tmp_path / "a.yaml")


def test_a_name_or_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="unknown chain 'nothing-such'"):
        load_chain("nothing-such")
    with pytest.raises(ChainError, match="no such file"):
        load_chain(tmp_path / "x.yaml")


@given(
    st.text(
        alphabet=st.sampled_from(list("schema: paxsilica/chain@1\n-{}[],%'\"#&*!0159CHNore")),
        max_size=80,
    )
)
@settings(max_examples=80)
def test_no_text_crashes_the_reader(text: str) -> None:
    for tried in (
        text,
        "schema: paxsilica/chain@1\n" + text,
        WHOLE + text,
        WHOLE.replace("Ore", text, 1),
    ):
        with suppress(ChainError):
            assert parse_chain(tried, "x").stages
