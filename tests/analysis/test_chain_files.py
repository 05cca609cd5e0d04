"""SupplyChain files: what is read, and one clear line for each thing that cannot be."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.chain import Input, SupplyChain, load_chain, parse_chain
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
    chain = parse_chain(text, "magnets")
    assert [stage.id for stage in chain.stages] == ["ore", "magnets"]
    ore, magnets = chain.stages
    assert ore.shares == pytest.approx({"CHN": 0.694, "USA": 0.131})
    assert (ore.stock, ore.rebuild, ore.layer, ore.year) == (60.0, 1825.0, "minerals", 2025)
    assert (ore.spare, ore.share("OTHER"), ore.share("FRA")) == pytest.approx((0.05, 0.175, 0.0))
    assert magnets.inputs == (Input("ore", 2.0, 0.1, "recycled"),)
    assert chain.use == {("ore", "magnets"): 1.0}
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
        ("USA: 13.1%", "XSA: 13.1%", 17, "stage ore: unknown country 'XSA'; did you mean"),
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
        ("USA: 13.1%", "C99: 13.1%", 17, "stage ore: unknown country 'C99'"),
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
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert "scenario" not in message
    assert caught.value.path == "a.yaml"
    assert caught.value.line == line


def test_shares_may_pass_the_whole_by_rounding_only() -> None:
    def with_share(text: str) -> SupplyChain:
        return parse_chain(WHOLE.replace("CHN: 90%", f"CHN: 90%, JPN: {text}"))

    assert with_share("10.00000001%").stages[1].share("OTHER") == 0.0
    with pytest.raises(ChainError, match="shares sum to"):
        with_share("10.000001%")


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
