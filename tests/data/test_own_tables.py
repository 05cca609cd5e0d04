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
    ("IND,USA,C26,20,25%", "IND,USA,C26,-20,25%", r"flows.csv:3: value is negative \(-20\)"),
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
    assert "\n" not in str(refused.value)


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
    assert "\n" not in str(refused.value)
    assert str(folder) in str(refused.value)


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
        match=r"negative.npz: flows\[importer IND, exporter IND, sector C26\] is negative",
    ):
        data.load_economy(tmp_path / "negative.npz")


def test_an_npz_must_be_called_one(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EconomyError, match=r"the file name must end in .npz"):
        data.write_economy(data.load_economy(folder), tmp_path / "own.csv")


def test_a_packaged_name_in_another_case_is_not_guessed() -> None:
    with pytest.raises(LabelError, match=r"did you mean icio2022\?"):
        data.load_economy("ICIO2022")
