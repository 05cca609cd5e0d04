"""A user's own baseline, as CSV tables or as an .npz file: what is read, and what is refused with which words."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import paxsilica.data as data
from paxsilica.economy import Economy, Note
from paxsilica.errors import EconomyError, LabelError

FLOWS = """importer,exporter,sector,value,tariff
IND,IND,C26,80,0
IND,USA,C26,20,25%
USA,USA,C26,90,0%
USA,IND,C26,10,2.5%
USA,USA,K,50,0
IND,IND,K,50,0
"""
INPUTS = "region,input,sector,value\nIND,C26,C26,30\nUSA,K,C26,20\n"
SECTORS = "sector,trade_elasticity,name,goods\nC26,5,Chips,yes\nK,4,Finance,no\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("flows.csv", FLOWS), ("inputs.csv", INPUTS), ("sectors.csv", SECTORS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_tables_become_an_economy(folder: Path) -> None:
    economy = data.load_economy(folder)
    assert economy.regions == ("IND", "USA")
    assert economy.sectors == ("C26", "K")
    assert economy.flows[0, 1, 0] == 20
    assert economy.tariffs[0, 1, 0] == 0.25
    assert economy.inputs[1, 1, 0] == 20
    assert economy.trade_elasticity.tolist() == [5, 4]
    assert economy.sector_name("C26") == "Chips"
    assert economy.region_name("IND") == "India"
    assert economy.about.sector_groups["services"] == ("K",)
    assert "G7" not in economy.about.region_groups
    assert economy.about.elasticities == "given"
    assert economy.baseline_residual < 1e-12


def test_optional_files_may_be_missing(folder: Path) -> None:
    (folder / "inputs.csv").unlink()
    (folder / "sectors.csv").unlink()
    economy = data.load_economy(folder)
    assert economy.about.elasticities == "fontagne"
    assert economy.trade_elasticity[1] == 4.0
    assert not economy.inputs.any()


def test_a_named_set_replaces_the_column(folder: Path) -> None:
    economy = data.load_economy(folder, elasticities="caliendo_parro")
    assert economy.trade_elasticity[0] == pytest.approx(8.535, abs=0.01)


def test_order_of_rows_does_not_matter(folder: Path) -> None:
    before = data.load_economy(folder).digest
    head, *rows = FLOWS.strip().splitlines()
    (folder / "flows.csv").write_text("\n".join([head, *reversed(rows), ""]), encoding="utf-8-sig")
    assert data.load_economy(folder).digest == before


BAD_LINES = [
    (
        "IND,USA,C26,20,25%",
        "IND,USA,C26,twenty,25%",
        r"flows.csv:3: value is 'twenty'; write a plain number",
    ),
    ("IND,USA,C26,20,25%", "IND,USA,C26,nan,25%", r"flows.csv:3: value is 'nan'"),
    ("IND,USA,C26,20,25%", "IND,USA,C26,inf,25%", r"flows.csv:3: value is 'inf'"),
    ("IND,USA,C26,20,25%", "IND,USA,C26,,25%", r"flows.csv:3: value is ''"),
    ("IND,USA,C26,20,25%", "IND,USA,C26,1_0,25%", r"flows.csv:3: value is '1_0'"),
    (
        "IND,USA,C26,20,25%",
        "IND,USA,C26,-20,25%",
        r"flows.csv:3: value is negative \(-20, 7.1 % of world output\)",
    ),
    (
        "IND,USA,C26,20,25%",
        "IND,USA,C26,20,0.25",
        r"flows.csv:3: tariff is '0.25'; write a percentage such as 25%",
    ),
    (
        "IND,USA,C26,20,25%",
        "IND,USA,C26,20,-100%",
        r"flows.csv:3: tariff is -100%; it must be above -100%",
    ),
    ("IND,USA,C26,20,25%", "IND,USA,C26,1,000,25%", r"flows.csv:3: 6 fields, the header has 5"),
    (
        "IND,USA,C26,20,25%",
        "IND,US,C26,20,25%",
        r"flows.csv:3: exporter 'US' buys nothing .* did you mean USA\?",
    ),
    (
        "IND,USA,C26,20,25%",
        "IND,USA,C62,20,25%",
        r"flows.csv:3: unknown sector 'C62'; did you mean C26\?",
    ),
    (
        "IND,IND,C26,80,0",
        "IND,IND,C26,80,5%",
        r"tariffs\[importer IND, exporter IND, .*taxes what a region sells to it",
    ),
    (
        "IND,IND,C26,80",
        "IND,IND,C26,1e300",
        r"flows\[importer IND, exporter IND, sector C26\] is above 1e\+30",
    ),
    ("IND,IND,C26,80,0", "IND,IND,,80,0", r"flows.csv:2: unknown sector ''"),
    (
        "USA,IND,C26,10",
        "USA,USA,C26,10",
        r"flows.csv:5: the same importer, exporter, sector as .*flows.csv:4",
    ),
    ("importer,", "buyer,", r"flows.csv:1: unknown column 'buyer'"),
    ("value,tariff", "value,value", r"flows.csv:1: column 'value' is there twice"),
]


@pytest.mark.parametrize(("old", "new", "message"), BAD_LINES, ids=[new for _, new, _ in BAD_LINES])
def test_bad_lines_are_refused_with_their_place(
    folder: Path, old: str, new: str, message: str
) -> None:
    (folder / "flows.csv").write_text(FLOWS.replace(old, new), encoding="utf-8")
    with pytest.raises(EconomyError, match=message) as refused:
        data.load_economy(folder)
    assert all(str(folder) in line for line in str(refused.value).split("\n"))


BAD_FILES = [
    ("flows.csv", b"", r"flows.csv: is empty; it needs a header"),
    ("flows.csv", b"importer,exporter,sector,value\n", r"flows.csv: has a header but no rows"),
    ("flows.csv", b"importer,exporter,value\nA,A,1\n", r"flows.csv:1: no column 'sector'"),
    ("flows.csv", b"\x89PNG\r\n\x1a\n\xff\xfe\x00", r"flows.csv: not a CSV text file"),
    (
        "flows.csv",
        b"importer,exporter,sector,value\n\x00,\x00,C26,1\n",
        r"flows.csv:2: holds a NUL byte",
    ),
    (
        "inputs.csv",
        b"region,input,sector,value\nIND,C27,C26,1\n",
        r"inputs.csv:2: unknown input 'C27'; did you mean C26",
    ),
    (
        "inputs.csv",
        b"region,input,sector,value\nIND,C26,C26,91\n",
        r"the table does not balance: sector C26 of IND",
    ),
    (
        "sectors.csv",
        b"sector,trade_elasticity\nC26,5\nK,x\n",
        r"sectors.csv:3: trade_elasticity is 'x'",
    ),
    (
        "sectors.csv",
        b"sector,trade_elasticity\nC26,5\nC26,5\n",
        r"sectors.csv:3: sector 'C26' again",
    ),
    (
        "sectors.csv",
        b"sector,trade_elasticity,goods\nC26,5,1\nK,4,no\n",
        r"sectors.csv:2: goods is '1'; write yes or no",
    ),
    (
        "sectors.csv",
        b"sector,trade_elasticity\nC26,5\nK,4\nL,4\n",
        r"sector L is produced by nobody",
    ),
    (
        "sectors.csv",
        b"sector,trade_elasticity\nC26,0\nK,4\n",
        r"trade_elasticity of sector C26 must be a number from 0.01 to 1000",
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "message"), BAD_FILES, ids=[message for *_, message in BAD_FILES]
)
def test_bad_files_are_refused(folder: Path, name: str, content: bytes, message: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(EconomyError, match=message) as refused:
        data.load_economy(folder)
    assert all(str(folder) in line for line in str(refused.value).split("\n"))


def test_sectors_without_known_elasticity_need_a_file(folder: Path) -> None:
    (folder / "flows.csv").write_text(FLOWS.replace("C26", "chips"), encoding="utf-8")
    (folder / "inputs.csv").unlink()
    (folder / "sectors.csv").unlink()
    with pytest.raises(EconomyError, match=r"add sectors.csv with columns sector,trade_elasticity"):
        data.load_economy(folder)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.xlsx").write_bytes(b"PK")
    for path, message in (
        (tmp_path, r"flows.csv: no such file"),
        (
            tmp_path / "none",
            r"none: no such file or folder; packaged baselines are icio2022, icio2022-50",
        ),
        (tmp_path / "table.xlsx", r"a baseline is a folder holding flows.csv, or an .npz file"),
    ):
        with pytest.raises(EconomyError, match=message):
            data.load_economy(path)


# ---- .npz --------------------------------------------------------------------------------------------------------


def test_npz_round_trip_keeps_labels_notes_and_numbers(folder: Path, tmp_path: Path) -> None:
    economy = data.load_economy(folder).replace(notes=(Note("made_up", "for a test", 1.5),))
    path = data.write_economy(economy, tmp_path / "own.npz")
    again = data.load_economy(path)
    assert again.about == economy.about
    assert again.notes == economy.notes
    assert (again.regions, again.sectors) == (economy.regions, economy.sectors)
    for array in ("flows", "tariffs", "inputs"):
        np.testing.assert_allclose(getattr(again, array), getattr(economy, array), rtol=1.3e-7)
    assert again.baseline_residual < 1e-12


def test_npz_is_the_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    economy = data.load_economy(folder)
    first, second = (
        data.write_economy(economy, tmp_path / name).read_bytes() for name in ("a.npz", "b.npz")
    )
    assert first == second
    assert (
        data.write_economy(data.load_economy(tmp_path / "a.npz"), tmp_path / "c.npz").read_bytes()
        == first
    )


def test_rounding_never_makes_final_spending_negative(tmp_path: Path) -> None:
    """Every sale goes to an industry, so any rounding the wrong way would show as negative final spending."""
    rng = np.random.default_rng(1)
    flows = rng.uniform(0.1, 1.0, (3, 3, 2))
    tariffs = rng.uniform(0.0, 0.3, (3, 3, 2)) * ~np.eye(3, dtype=bool)[:, :, None]
    bought = (flows * (1 + tariffs)).sum(1)
    inputs = np.zeros((3, 2, 2))
    inputs[:, 0, 1] = np.minimum(bought[:, 0], 0.9 * flows.sum(0)[:, 1])
    economy = Economy.from_flows("ABC", "XY", flows, tariffs, inputs=inputs)
    again = data.load_economy(data.write_economy(economy, tmp_path / "tight.npz"))
    assert again.final.min() >= 0
    assert not again.notes


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 broken"])
def test_broken_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(
        EconomyError, match=r"bad.npz: not an .npz economy .*; write it with write_economy"
    ) as refused:
        data.load_economy(path)
    assert "\n" not in str(refused.value)


def test_a_bare_array_is_no_npz(tmp_path: Path) -> None:
    with (tmp_path / "bare.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(EconomyError, match=r"bare.npz: holds one bare array; write the economy"):
        data.load_economy(tmp_path / "bare.npz")


def test_npz_without_an_array_or_of_another_format_is_refused(folder: Path, tmp_path: Path) -> None:
    path = data.write_economy(data.load_economy(folder), tmp_path / "whole.npz")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "part.npz", "w") as part:
        for name in whole.namelist():
            if name != "inputs.npy":
                part.writestr(name, whole.read(name))
    with pytest.raises(EconomyError, match=r"part.npz: has no array named inputs"):
        data.load_economy(tmp_path / "part.npz")
    with np.load(path) as arrays:
        other = {**arrays, "meta": np.array('{"format": "else"}')}
    np.savez(tmp_path / "other.npz", **other)
    with pytest.raises(
        EconomyError, match=r"format is 'else', this version reads 'paxsilica/economy@1'"
    ):
        data.load_economy(tmp_path / "other.npz")


BAD_META = [
    (
        {"notes": [{"name": "x"}]},
        r"meta.notes.0.text is wrong \(Field required\); write the economy with write_economy",
    ),
    ({"notes": ["x"]}, r"meta.notes.0 is wrong"),
    (
        {"notes": [{"name": "x", "text": "y", "usd_million": "much"}]},
        r"meta.notes.0.usd_million is wrong",
    ),
    ({"about": {"sources": [{"title": 1}]}}, r"meta.about.sources.0.title is wrong"),
    ({"about": {"sources": 5}}, r"meta.about.sources is wrong"),
    ({"about": {"region_names": ["IND"]}}, r"meta.about.region_names is wrong"),
    ({"about": {"region_groups": {"G": [1]}}}, r"meta.about.region_groups.G.0 is wrong"),
    ({"about": "text"}, r"meta.about is wrong"),
]


@pytest.mark.parametrize(("wrong", "message"), BAD_META, ids=[message for _, message in BAD_META])
def test_npz_with_malformed_meta_is_refused(
    folder: Path, tmp_path: Path, wrong: dict, message: str
) -> None:
    path = data.write_economy(data.load_economy(folder), tmp_path / "whole.npz")
    with np.load(path) as arrays:
        changed = dict(arrays)
    changed["meta"] = np.array(json.dumps({"format": "paxsilica/economy@1", **wrong}))
    np.savez(tmp_path / "bad.npz", **changed)
    with pytest.raises(EconomyError, match=f"bad.npz: {message}") as refused:
        data.load_economy(tmp_path / "bad.npz")
    assert "\n" not in str(refused.value)


def test_npz_with_a_negative_flow_is_refused(folder: Path, tmp_path: Path) -> None:
    path = data.write_economy(data.load_economy(folder), tmp_path / "whole.npz")
    with np.load(path) as arrays:
        changed = dict(arrays)
    changed["flows"] = -changed["flows"]
    np.savez(tmp_path / "negative.npz", **changed)
    with pytest.raises(
        EconomyError,
        match=r"negative.npz: flows\[importer USA, exporter USA, sector C26\] is negative \(-90, 30 % of all flows\)",
    ):
        data.load_economy(tmp_path / "negative.npz")


def test_an_npz_must_be_called_one(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EconomyError, match=r"the file name must end in .npz"):
        data.write_economy(data.load_economy(folder), tmp_path / "own.csv")


def test_a_packaged_name_in_another_case_is_not_guessed() -> None:
    with pytest.raises(LabelError, match=r"did you mean icio2022\?"):
        data.load_economy("ICIO2022")


# ---- what tables say of themselves, and what is hard to believe -----------------------------------------------------

TRADE = """importer,exporter,sector,value
JPN,JPN,C20,310
JPN,JPN,C28,420
BRA,BRA,C20,150
BRA,BRA,C28,90
ZAF,ZAF,C20,60
ZAF,ZAF,C28,40
JPN,BRA,C20,7
JPN,BRA,C28,2
JPN,ZAF,C20,3
JPN,ZAF,C28,1
BRA,JPN,C20,9
BRA,JPN,C28,24
BRA,ZAF,C20,2
BRA,ZAF,C28,1
ZAF,JPN,C20,4
ZAF,JPN,C28,13
ZAF,BRA,C20,5
ZAF,BRA,C28,3
"""


@pytest.fixture
def trade(tmp_path: Path) -> Path:
    (tmp_path / "flows.csv").write_text(TRADE, encoding="utf-8")
    return tmp_path


def leads(economy: Economy) -> list[str]:
    return [note.name for note in economy.notes if note.leads]


def test_the_folder_states_unit_currency_and_year(trade: Path) -> None:
    plain = data.load_economy(trade)
    (trade / "inputs.csv").write_text("region,input,sector,value\nJPN,C20,C28,90\n", "utf-8")
    for unit, million in (("one", 1e-6), ("thousand", 1e-3), ("million", 1.0), ("billion", 1e3)):
        stated = f'unit = "{unit}"\ncurrency = "EUR"\nyear = 2007\n'
        (trade / "about.toml").write_text(stated, encoding="utf-8")
        economy = data.load_economy(trade)
        np.testing.assert_allclose(economy.flows, million * plain.flows, rtol=1e-15)
        assert economy.inputs.sum() == pytest.approx(90 * million)
        assert (economy.about.unit, economy.about.currency) == ("million EUR", "EUR")
        assert economy.about.year == 2007
    assert (plain.about.unit, plain.about.year) == ("million USD", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('units = "million"', "about.toml: unknown key 'units'; did you mean unit"),
        ('unit = "Million"', "unit is 'Million'; write one of one, thousand, million, billion"),
        ('currency = "euro"', "currency is 'euro'; write three letters such as EUR"),
        ("currency = 5", "currency is 5; write three letters"),
        ('year = "2007"', "year is '2007'; write a year such as 2022, without quotes"),
        ("repair = 0.001", "repair is '0.001'; write a percentage such as 25%"),
        ('repair = "20%"', "repair is '20%'; write a limit from 0 to 10%"),
        ("unit = million", "about.toml: not TOML"),
    ],
)
def test_a_wrong_about_file_is_refused(trade: Path, line: str, message: str) -> None:
    (trade / "about.toml").write_text(line, encoding="utf-8")
    with pytest.raises(EconomyError, match=message):
        data.load_economy(trade)


@pytest.mark.parametrize(("power", "stated"), [(1, "thousand"), (2, "one"), (-1, "billion")])
def test_a_table_in_another_unit_is_seen_by_its_gdp(trade: Path, power: int, stated: str) -> None:
    """World Bank, 2022: GDP of Japan 4.26 trillion USD, of Brazil 1.95, of South Africa 0.41."""
    gdp = {"JPN": 4_260_000, "BRA": 1_950_000, "ZAF": 407_000}
    size = {who: gdp[who] / made for who, made in {"JPN": 730, "BRA": 240, "ZAF": 100}.items()}
    head, *rows = TRADE.strip().splitlines()
    cells = [row.split(",") for row in rows]
    for off in (1.0, 1000.0**power):
        scaled = [
            f"{n},{i},{j},{float(x) * off * np.sqrt(size[n] * size[i]):.6f}" for n, i, j, x in cells
        ]
        (trade / "flows.csv").write_text("\n".join([head, *scaled, ""]), encoding="utf-8")
        economy = data.load_economy(trade)
        assert leads(economy) == ([] if off == 1.0 else ["unit_of_the_table"])
    times = f"{1000 ** abs(power):,} times {'larger' if power > 0 else 'smaller'}"
    assert times in economy.notes[0].text
    (trade / "about.toml").write_text(f'unit = "{stated}"', encoding="utf-8")
    assert leads(data.load_economy(trade)) == []


def test_trade_and_home_sales_in_two_units_are_seen_by_openness(trade: Path) -> None:
    home = "\n".join(
        row if row[:3] != row[4:7] else row.rsplit(",", 1)[0] + f",{row.rsplit(',', 1)[1]}000"
        for row in TRADE.strip().splitlines()
    )
    (trade / "flows.csv").write_text(home + "\n", encoding="utf-8")
    assert "openness_of_the_table" in leads(data.load_economy(trade))


def test_checks_put_a_table_beside_the_packaged_one(trade: Path) -> None:
    found = {check.name: check for check in data.economy_checks(data.load_economy(trade))}
    packaged = data.load_economy()
    n = packaged.regions.index("JPN")
    assert found["GDP of Japan"].value == pytest.approx(310 + 420 + 13 + 37)
    assert f"{packaged.gdp[n]:,.0f} million USD in icio2022" in found["GDP of Japan"].comment
    assert found["openness of Japan"].value == pytest.approx(100 * 50 / 780)
    assert found["mean duty of Brazil"].value == 0.0
    assert "in icio2022" in found["mean duty of Brazil"].comment


def test_a_union_that_holds_its_members_and_more_leads_the_report(trade: Path) -> None:
    """Two members beside the whole union: no sum, but each is counted twice."""
    head, *rows = TRADE.replace("JPN", "DEU").replace("BRA", "FRA").strip().splitlines()
    third = [row.replace("ZAF,ZAF", "ZAF,ZAF") for row in rows]
    union = [
        *("EU,EU,C20,700", "EU,EU,C28,800", "EU,ZAF,C20,6", "EU,ZAF,C28,4"),
        *("ZAF,EU,C20,12", "ZAF,EU,C28,19", "EU,DEU,C20,30", "DEU,EU,C20,22"),
    ]
    (trade / "flows.csv").write_text("\n".join([head, *third, *union, ""]), encoding="utf-8")
    economy = data.load_economy(trade)
    assert leads(economy) == ["a_total_by_name"]
    assert "EU stands beside DEU and FRA" in economy.notes[0].text
    rest = [row.replace("12", "2").replace("19", "3") for row in union]
    (trade / "flows.csv").write_text("\n".join([head, *third, *rest, ""]), encoding="utf-8")
    assert leads(data.load_economy(trade)) == []


def test_a_total_among_partners_is_called_one(trade: Path) -> None:
    total = TRADE + "JPN,WLD,C20,10\nJPN,WLD,C28,3\n"
    (trade / "flows.csv").write_text(total, encoding="utf-8")
    with pytest.raises(EconomyError) as refused:
        data.load_economy(trade)
    assert str(refused.value) == (
        f"{trade}/flows.csv:20: exporter 'WLD' buys nothing in the whole file; "
        "WLD is the sum of its partners, a total: drop its rows"
    )
    other = TRADE + "JPN,WLD,C20,4\nCHE,JPN,C28,3\n"
    (trade / "flows.csv").write_text(other, encoding="utf-8")
    with pytest.raises(EconomyError) as refused:
        data.load_economy(trade)
    lines = str(refused.value).split("\n")
    assert lines[0].startswith(f"{trade}/flows.csv:21: importer 'CHE' sells nothing")
    assert "drop its rows if WLD is a total of the others, or add its rows" in lines[1]


NEGATIVE = TRADE.replace("ZAF,ZAF,C20,60", "ZAF,ZAF,C20,-0.4").replace(
    "ZAF,C28,1\nBRA,JPN", "ZAF,C28,-0.1\nBRA,JPN"
)


def test_negative_cells_come_in_one_answer_with_what_else_is_wrong(trade: Path) -> None:
    (trade / "flows.csv").write_text(NEGATIVE, encoding="utf-8")
    inputs = "region,input,sector,value\nBRA,C20,C28,120\nJPN,C20,C28,-1\n"
    (trade / "inputs.csv").write_text(inputs, encoding="utf-8")
    with pytest.raises(EconomyError) as refused:
        data.load_economy(trade)
    first, *lines = str(refused.value).split("\n")
    assert "3 values are negative, 0.14 % of world output" in first
    assert "flows.csv:7" not in first
    assert "inputs.csv:3: value is negative (-1, 0.092 % of world output)" in lines[0]
    assert "flows.csv:6: value is negative (-0.4, 0.037 % of world output)" in lines[1]
    assert "flows.csv:11: value is negative (-0.1, 0.0092 % of world output)" in lines[2]
    assert "sector C28 of BRA buys inputs for 120 but sells only 95" in lines[3]


def test_repairs_stay_within_the_stated_limit_and_are_noted(trade: Path) -> None:
    (trade / "flows.csv").write_text(NEGATIVE, encoding="utf-8")
    economy = data.load_economy(trade, repair=0.001)
    (note,) = economy.notes
    assert note.name == "negative_flows_set_to_zero"
    assert note.text == "negative flows set to zero: ZAF, ZAF, C20 (-0.4) and JPN, ZAF, C28 (-0.1)"
    assert note.usd_million == pytest.approx(0.5)
    assert economy.flows.min() == 0.0
    with pytest.raises(EconomyError, match=r"would move 0.046 % of world output, above the limit"):
        data.load_economy(trade, repair=0.0004)
    (trade / "about.toml").write_text('repair = "0.1%"\nunit = "billion"', encoding="utf-8")
    assert data.load_economy(trade).notes[-1].usd_million == pytest.approx(500)


def test_inputs_above_output_are_scaled_down_within_the_limit(trade: Path) -> None:
    inputs = "region,input,sector,value\nBRA,C20,C28,60\nBRA,C28,C28,40\n"
    (trade / "inputs.csv").write_text(inputs, encoding="utf-8")
    with pytest.raises(EconomyError, match="buys inputs for 100 but sells only 95"):
        data.load_economy(trade)
    economy = data.load_economy(trade, repair=0.01)
    assert economy.inputs[0].tolist() == [
        [0, pytest.approx(0.6 * 94.05)],
        [0, pytest.approx(0.4 * 94.05)],
    ]
    (note,) = economy.notes
    assert note.text == "inputs above output scaled down to 99% of it in: BRA C28"
    assert note.usd_million == pytest.approx(100 - 94.05)


def test_many_mistakes_are_listed_to_the_twentieth(trade: Path) -> None:
    head, *rows = TRADE.strip().splitlines()
    wrong = [row.rsplit(",", 1)[0] + ",x" for row in rows]
    (trade / "flows.csv").write_text("\n".join([head, *wrong, ""]), encoding="utf-8")
    sectors = "sector,trade_elasticity\nC20,a\nC28,b\nC28,4\nC99,5,6\n"
    (trade / "sectors.csv").write_text(sectors, encoding="utf-8")
    with pytest.raises(EconomyError) as refused:
        data.load_economy(trade)
    lines = str(refused.value).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "and 2 more problems"
