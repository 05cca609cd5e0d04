"""Findings: labelled numbers, by hand and by property."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.errors import LabelError
from paxsilica.findings import DIMENSIONS, Findings, block, row_id, variables

REGIONS, SECTORS = ("A", "B", "C"), ("x", "y")
DENSE = np.arange(6.0).reshape(3, 2)


def both() -> Findings:
    dense = block(
        "real_income", DENSE, {"region": REGIONS}, {"sector": SECTORS}, horizon="long_run"
    )
    long = block(
        "real_income",
        [1.5, None],
        {"region": ("A", "C"), "item": ("p", "q")},
        low=[1, 2],
        high=[3, 4],
    )
    return Findings((dense, long))


def test_every_row_carries_its_labels_and_the_order_is_that_of_the_axes() -> None:
    rows = both().rows()
    assert [row["value"] for row in rows] == [0, 1, 2, 3, 4, 5, 1.5, None]
    assert rows[3] == {
        "variable": "real_income",
        "region": "B",
        "sector": "y",
        "horizon": "long_run",
        "value": 3.0,
    }
    assert rows[6] == {
        "variable": "real_income",
        "region": "A",
        "item": "p",
        "value": 1.5,
        "low": 1,
        "high": 3,
    }
    assert row_id(rows[3]) == "real_income[region=B,sector=y,horizon=long_run]"
    json.dumps(rows, allow_nan=False)


def test_one_number_is_found_by_its_labels_or_refused() -> None:
    f = both()
    assert f.value("real_income", region="C", sector="x") == 4
    assert f.value("real_income", region="A", sector=None) == 1.5
    assert np.isnan(f.value("real_income", item="q"))
    with pytest.raises(LabelError, match="0 findings"):
        f.value("real_income", region="D")
    with pytest.raises(LabelError, match="2 findings"):
        f.value("real_income", region="B")
    assert f.array("real_income", sector=SECTORS).shape == (3, 2)
    assert len(f.select("real_income", region=("A", "B"))) == 5


@given(
    st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(SECTORS), min_size=1, max_size=2, unique=True),
)
def test_selecting_is_filtering_the_rows(regions: list[str], sectors: list[str]) -> None:
    f = both()
    kept = [r for r in f.rows() if r["region"] in regions and r.get("sector") in sectors]
    assert f.select(region=regions, sector=sectors).rows() == kept


def test_nothing_is_found_where_an_axis_has_no_label() -> None:
    f = Findings((block("real_income", [], {"region": ()}),))
    assert f.select("real_income", region="A").rows() == []


def test_the_long_table_is_the_rows() -> None:
    f = both()
    table = f.table()
    for at, row in enumerate(f.rows()):
        for name in DIMENSIONS:
            if name in table:
                label = table[name].iloc[at]
                assert (None if label != label else label) == row.get(name)
        value = table["value"].iloc[at]
        assert (value == row["value"]) or (np.isnan(value) and row["value"] is None)


def test_labels_that_are_not_known_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(LabelError, match="did you mean real_income"):
        block("real_incom", 1.0)
    with pytest.raises(LabelError, match="dimension"):
        block("real_income", [1.0], {"colour": ["red"]})
    with pytest.raises(LabelError, match="twice"):
        block("real_income", [1.0], {"region": ["A"]}, region="A")
    with pytest.raises(ValueError, match="shape"):
        block("real_income", [1.0, 2.0], {"region": ["A"]})
    with pytest.raises(ValueError, match="differ in length"):
        block("real_income", [1.0, 2.0], {"region": ["A", "B"], "item": ["p"]})


def test_every_variable_says_what_it_is() -> None:
    """Heads carry no unit, keys are machine keys, and every sentence of meaning is there."""
    for key, variable in variables().items():
        assert key.isidentifier(), key
        assert key.islower(), key
        assert variable.head, key
        assert variable.meaning, key
        assert variable.source, key
        assert not any(sign in variable.head for sign in ("%", "USD", "{")), key
        variable.unit.format(currency="USD", year=" of 2022")


def test_the_table_of_variables_is_read_as_a_spreadsheet_reads_it() -> None:
    from importlib.resources import files

    text = (files("paxsilica") / "variables.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[1:]] == sorted({row[0] for row in rows[1:]})


def test_one_more_dimension_is_the_same_for_all_and_none_has_it_already() -> None:
    f = both()
    rows = f.of(scenario="s").rows()
    assert [{k: v for k, v in row.items() if k != "scenario"} for row in rows] == f.rows()
    assert {row["scenario"] for row in rows} == {"s"}
    with pytest.raises(LabelError):
        f.of(horizon="short_run")


def test_one_more_dimension_leaves_everything_else_of_a_number() -> None:
    made = block("real_income", [1.0], {"region": ("A",)}, low=[0], high=[2], solve="s", source="k")
    (told,) = Findings((made,)).of(item="d").rows()
    assert told == {**Findings((made,)).rows()[0], "item": "d"}


def test_wide_rows_hold_every_number_under_its_labels() -> None:
    wide = both().cells("region", "sector", also="item")
    assert wide["B", "y"]["real_income"]["value"] == 3
    assert wide["A", None]["real_income p"]["high"] == 3
    assert [list(its) for its in wide.values()].count(["real_income"]) == DENSE.size
    assert list(both().cells("region")) == ["A", "B", "C"]
    assert not Findings((block("real_income", 1, region="A", detail=True),)).cells("region")
