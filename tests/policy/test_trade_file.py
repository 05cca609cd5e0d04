"""A user's table of trade: columns, BACI's own, editions, and all that is wrong at once."""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from policy_world import HEAD, small_world

from paxsilica.errors import ScenarioError
from paxsilica.names import Names
from paxsilica.names.places import places
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.policy.products import lines_of_codes
from paxsilica.policy.trade_file import OF_CUSTOMS, TradeFile, flows_of_file
from paxsilica.policy.weights import Weights

HEADS = "importer,exporter,product,value\n"


def scenario_beside(folder: Path, name: str, entry: str = "") -> Path:
    path = folder / "s.yaml"
    weights = entry or f"weights: {name}"
    path.write_text(f"{HEAD}{weights}\nmeasures: []\n", encoding="utf-8")
    return path


def weights_of(path: Path, entry: str = "") -> Weights:
    return load_scenario(scenario_beside(path.parent, path.name, entry)).weights(small_world())


def table(folder: Path, text: str, name: str = "mine.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def chips(weights: Weights, *codes: str) -> float:
    """Share of codes in what India buys of electronics from China."""
    return float(weights.held(lines_of_codes(codes))[1, 3, 1])


def test_all_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "# trade of mine\nimporter,exporter,product,value,edition\nIND,CHN,854110,60,\nIND,World,854231,40,\n"
        "Indja,CHN,847130,100,\n\nIND,DEU,854231,-3,\nIND,DEU,811291,3,2022\nIND,DEU,811291,3,HS96\n"
        "IND,DEU,8542,many,\nIND,,854231,1,\nIND,976,87120,3,\nIND,842,8541,,2011\nIND,CHN,85,1,\n",
    )
    with pytest.raises(ScenarioError) as caught:
        weights_of(path)
    told = [line.removeprefix(f"{path}:") for line in str(caught.value).split("\n")]
    assert [line.split(":")[0] for line in told] == [
        *("4", "5", "7", "8", "10", "11", "12", "12", "13", "13", "14")
    ]
    for line, said in (
        (0, "World is a total of the others; leave its rows out"),
        (1, "unknown region 'Indja'; did you mean IND (India)?"),
        (2, "value -3 is negative"),
        (3, "HS 2022 has no code 811291; HS 1992 and 1996 have it"),
        (4, "value 'many' is no number"),
        (5, "no place; name one in every row"),
        (6, "976 is the number of no place that is known"),
        (7, "'87120' is no HS code of 4, 6, 8 or 10 digits; is it 087120?"),
        (8, "'2011' is no edition of HS"),
        (9, "value '' is no number"),
        (10, "'85' is no HS code of 4, 6, 8 or 10 digits"),
    ):
        assert said in told[line]


def test_many_problems_are_told_up_to_a_number(tmp_path: Path) -> None:
    rows = "".join(f"Nowhere{at},CHN,8541,1\n" for at in range(60))
    with pytest.raises(ScenarioError) as caught:
        weights_of(table(tmp_path, HEADS + rows))
    assert len(str(caught.value).split("\n")) == 21


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("imporer,exporter,product\nA,B,C\n", r"\.csv:1: no column importer; add it; did you mean"),
        ("imporer,exporter,product\nA,B,C\n", r"\.csv:1: no column value; add it$"),
        ("importer;exporter;product;value\n", "columns stand apart by commas"),
        ("", "no column importer"),
        (HEADS, "holds no trade between two regions of flows"),
        (HEADS + "IND,IND,8541,3\n", "holds no trade between two regions"),
        (HEADS + "IND,CHN,8541,3\nIND,CHN,8541,3,4\n", r":3: cannot be read .* has 5 columns where 4"),
        (HEADS.strip() + ",year\nIND,CHN,8541,1,2021\nIND,CHN,8541,1,2022\n", "the years 2021 to 2022"),
        (HEADS + "IND,CHN,8541,nan\n", ":2: value nan is not finite"),
        (HEADS + "IND,CHN,8541,1e999\n", ":2: value 1e999 is not finite"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=f"(?m){said}"):
        weights_of(table(tmp_path, text))


def test_what_is_no_text_or_no_parquet_is_refused(tmp_path: Path) -> None:
    for name, content, said in (
        ("a.csv", HEADS.encode() + b"Ind\xe9,CHN,8541,1\n", "is no text in UTF-8"),
        ("a.parquet", b"PAR1nothing", "cannot be read as a table"),
        ("a.csv.gz", gzip.compress(HEADS.encode() * 99)[:40], "cannot be read"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ScenarioError, match=said):
            weights_of(tmp_path / name)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("weights: no.csv", r"s\.yaml:3: weights .*no\.csv does not exist"),
        ("weights: s.yaml", "is no table of trade; give a file that ends in .csv or .parquet"),
        ("weights: {fil: mine.csv}", "unknown key 'fil'; did you mean file"),
        ('weights: {file: mine.csv, edition: "2011"}', "edition cannot be '2011'"),
        ("weights: [mine.csv]", "weights must be a mapping"),
    ],
)
def test_an_entry_that_names_no_table_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    table(tmp_path, HEADS + "IND,CHN,8541,1\n")
    with pytest.raises(ScenarioError, match=said):
        load_scenario(scenario_beside(tmp_path, "", entry))


def test_a_text_names_no_folder() -> None:
    with pytest.raises(ScenarioError, match="a text names no folder"):
        parse_scenario(f"{HEAD}weights: mine.csv\nmeasures: []\n")


def test_without_duckdb_a_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path, HEADS + "IND,CHN,8541,1\n")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ScenarioError, match=r"install 'paxsilica\[baci\]'"):
        weights_of(path)


def test_two_files_of_a_stack_agree_on_the_weights(tmp_path: Path) -> None:
    for name in ("a", "b"):
        table(tmp_path, HEADS + "IND,CHN,8541,1\n", f"{name}.csv")
        text = f"{HEAD}weights: {name}.csv\nmeasures: []\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"weights is .*b\.csv here but .*a\.csv in .*a\.yaml:3"
    ):
        load_scenario(f"{tmp_path / 'a.yaml'}+{tmp_path / 'b.yaml'}")
    (tmp_path / "c.yaml").write_text(f"{HEAD}measures: []\n", encoding="utf-8")
    both = load_scenario(f"{tmp_path / 'a.yaml'}+{tmp_path / 'c.yaml'}")
    assert both.trade == load_scenario(tmp_path / "a.yaml").trade
    again = parse_scenario(str(both.as_dict()).replace("'", '"'), folder=tmp_path)
    assert again.trade == both.trade


# ---- BACI ----------------------------------------------------------------------------------------

BACI = pd.DataFrame(
    {
        "t": [2022, 2022, 2022, 2022],
        "i": [156, 156, 276, 156],
        "j": [699, 699, 699, 579],
        "k": [854110, 10111, 854110, 852990],
        "v": [30.0, 5.0, 1.0, 2.5],
        "q": [1.0, np.nan, 2.0, 3.0],
    }
)
"""China and Germany sell to India (699) and Norway (579), by HS 1992."""


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_a_file_of_baci_is_read_as_it_comes(tmp_path: Path, kind: str) -> None:
    """Codes without their leading zero, numbers in blanks, places by number, the edition in the name."""
    path = tmp_path / f"BACI_HS92_Y2022_V202401b.{kind}"
    if kind == "parquet":
        BACI.to_parquet(path)
    else:
        padded = BACI.assign(v=BACI.v.map("{:>12.3f}".format), q="          NA")
        padded.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL)
    weights = weights_of(path)
    assert chips(weights, "854110") == pytest.approx(1.0)
    horses = weights.held(lines_of_codes(["010121"]))[1, 3, 0]
    assert horses == pytest.approx(1.0, abs=1e-3), "0101.11 of HS 1992 is 0101.21 of HS 2022"
    assert weights.named.tolist() == [False, True, True, False, False]


def test_the_edition_stands_in_a_column_a_comment_a_name_or_the_scenario(tmp_path: Path) -> None:
    """0101.11 of HS 1992, horses for breeding, is no code of HS 2022, where they are in 0101.21."""
    row = "IND,CHN,010111,3\n"
    column = table(tmp_path, HEADS.strip() + f",edition\n{row.strip()},HS92\n", "column.csv")
    comment = table(tmp_path, f"# edition: 1992\n{HEADS}{row}", "comment.csv")
    named = table(tmp_path, HEADS + row, "trade_HS92.csv")
    plain = table(tmp_path, HEADS + row, "plain.csv")
    entry = 'weights: {file: plain.csv, edition: "1992"}'
    for path, own in ((column, ""), (comment, ""), (named, ""), (plain, entry)):
        horses = weights_of(path, own).held(lines_of_codes(["010121"]))[1, 3, 0]
        assert horses == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(ScenarioError, match="HS 2022 has no code 010111; HS 1992"):
        weights_of(plain)


def test_a_list_of_countries_beside_the_file_tells_other_numbers(tmp_path: Path) -> None:
    path = table(tmp_path, HEADS + "IND,976,8541,1\nIND,156,8542,1\n")
    with pytest.raises(ScenarioError, match="976 is the number of no place"):
        weights_of(path)
    list_of = "country_code,country_name,country_iso2,country_iso3\n976,Germany again,DE,DEU\n"
    table(tmp_path, list_of, "country_codes_V202401b.csv")
    assert weights_of(path).held(lines_of_codes(["8541"]))[1, 4, 1] == pytest.approx(1.0)


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = table(tmp_path, HEADS + "IND,CHN,8541,1\nIND,CHN,8542,1\n")
    scenario, world = load_scenario(scenario_beside(tmp_path, path.name)), small_world()
    assert chips(scenario.weights(world), "8541") == pytest.approx(0.5)
    assert scenario.weights(world) is scenario.weights(world)
    path.write_text(HEADS + "IND,CHN,8541,1\nIND,CHN,8542,3\n", encoding="utf-8")
    assert chips(scenario.weights(world), "8541") == pytest.approx(0.25, abs=1e-12) or (
        path.stat().st_mtime_ns == 0
    )


def test_places_have_the_numbers_of_trade_statistics(shared: Path) -> None:
    """CEPII's list of countries: every number but those of countries that are no more."""
    known = {place.numeric.lstrip("0"): place.code for place in places() if place.numeric}
    known |= OF_CUSTOMS
    with (shared / "baci_raw_materials" / "country_codes.csv").open(encoding="utf-8") as file:
        listed = {row["country_code"]: row["country_iso3"] for row in csv.DictReader(file)}
    gone = {"CSK", "DDR", "S19", "ANT", "R20", "ZA1", "SUN", "PUS", "SCG"}
    lacking = {n: iso for n, iso in listed.items() if known.get(n) != iso and iso not in gone}
    assert set(lacking) <= {"736"}, "the Sudan before 2011"
    assert len({place.numeric for place in places() if place.numeric}) == 249


def by_product(path: Path) -> dict[tuple[str, str, str], float]:
    """Importer, exporter and code -> million USD."""
    e = small_world()
    found = flows_of_file(TradeFile(file=str(path)), Names(e))
    cells = zip(found.importer, found.exporter, found.code, found.value, strict=True)
    return {(e.regions[n], e.regions[i], found.codes[k]): float(v) for n, i, k, v in cells}


def test_trade_by_product_is_summed_by_six_digits_in_dollars(tmp_path: Path) -> None:
    path = table(
        tmp_path, f"{HEADS}IND,CHN,85411000,2000000\nIND,CHN,8541.10,3000000\nDEU,CHN,854110,1\n"
    )
    found = by_product(path)
    assert found[("IND", "CHN", "854110")] == pytest.approx(5)
    assert found[("DEU", "CHN", "854110")] == pytest.approx(1e-6)


def test_trade_by_product_of_baci_is_in_thousands_and_keeps_its_zeros(tmp_path: Path) -> None:
    path = table(tmp_path, "t,i,j,k,v,q\n2023,156,699,10121,7000,1\n", "BACI_HS92_Y2023.csv")
    assert by_product(path) == {("IND", "CHN", "010121"): pytest.approx(7)}
    e = small_world()
    assert flows_of_file(TradeFile(file=str(path)), Names(e)).edition == "1992"


def test_trade_by_product_wants_six_digits_and_one_edition(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEADS}IND,CHN,8541,5\nIND,Indja,854110,5\nIND,CHN,854110,-1\n")
    with pytest.raises(ScenarioError) as caught:
        by_product(path)
    told = str(caught.value).split("\n")
    assert told[0] == f"{path}:2: '8541' is no HS code of 6, 8 or 10 digits"
    assert "unknown region 'Indja'" in told[1]
    assert "value -1 is negative" in told[2]
    mixed = (
        "importer,exporter,product,value,edition\nIND,CHN,854110,5,2022\nIND,CHN,847130,5,2012\n"
    )
    with pytest.raises(ScenarioError, match="codes of HS 2012 and 2022; keep one edition"):
        by_product(table(tmp_path, mixed))
