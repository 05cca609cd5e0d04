"""Tables of a user against what is told of them, and cells that are matched by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paxsilica.analysis.score.cells import matched
from paxsilica.analysis.score.prediction import prediction_from, prediction_of
from paxsilica.analysis.score.tables import flow_rows
from paxsilica.data import load_economy
from paxsilica.errors import FileError, InputError
from paxsilica.names import Names

HEAD = "partner,sector,before,after"


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_economy())


def table(tmp_path, *lines: str, head: str = HEAD, name: str = "t.csv"):
    path = tmp_path / name
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["India,C26,400,300", "IN,chips,400,300"], ":3: the same flow as .*:2; keep one"),
        (
            ["IND,goods,900,300", "IND,C26,400,300"],
            ":2: a total beside its part, holding flows of .*:3",
        ),
        (
            ["EU,C26,900,300", "DEU,C26,400,300"],
            ":2: a total beside its part, holding flows of .*:3",
        ),
        (["IND,C26,0,300"], ":2: before is 0; only flows above zero"),
        (["IND,C26,400,-3"], ":2: after is -3; only flows above zero"),
        (["IND,C26,400,"], ":2: after is empty; drop the row"),
        (["IND,C26,400,many"], ":2: after is 'many'; write a plain number"),
        (["IND,C26,400,nan"], ":2: after is 'nan'; write a plain number"),
        (["Indai,C26,400,300"], ":2: partner: unknown region 'Indai'; did you mean IND"),
        (["IND,C26b,400,300"], ":2: sector: unknown sector 'C26b'; did you mean C26"),
        (["USA,C26,400,300"], ":2: USA is importer and partner"),
        (["IND,C26,400"], ":2: 3 fields, the header has 4"),
    ],
)
def test_a_wrong_line_is_told_in_a_line(tmp_path, names, lines, told):
    with pytest.raises(FileError, match=told) as stop:
        flow_rows(table(tmp_path, *lines), names, "USA")
    assert "\n" not in str(stop.value)


def test_wrong_columns_and_files_are_told(tmp_path, names):
    with pytest.raises(InputError, match=r"unknown column 'vale'"):
        flow_rows(table(tmp_path, "IND,C26,1,2,3", head=f"{HEAD},vale"), names, "USA")
    with pytest.raises(InputError, match=r"none.csv: no such file; it needs columns partner"):
        flow_rows(tmp_path / "none.csv", names, "USA")
    with pytest.raises(InputError, match=r"whose imports\? add a column importer"):
        flow_rows(table(tmp_path, "IND,C26,1,2"), names)
    half = table(tmp_path, "USA,IND,C26,9,8", ",DEU,C26,9,8", head=f"importer,{HEAD}")
    with pytest.raises(InputError, match=r":3: importer is empty; say whose imports"):
        flow_rows(half, names)
    whole = table(tmp_path, "USA,IND,C26,9,8", head=f"importer,{HEAD}")
    with pytest.raises(InputError, match=r"predicts no imports of DEU; it has those of USA"):
        prediction_from(whole, names, "DEU")


def test_what_is_told_of_many_lines_is_all_of_them(tmp_path, names):
    with pytest.raises(FileError) as stop:
        flow_rows(table(tmp_path, "Indai,C26,4,3", "IND,C26,0,3"), names, "USA")
    assert len(str(stop.value).split("\n")) == 2


def said_and_came(tmp_path, names, said: list[str], came: list[str], head: str = HEAD):
    prediction = prediction_from(table(tmp_path, *said, head=head, name="p.csv"), names, "USA")
    outcomes = flow_rows(table(tmp_path, *came, name="o.csv"), names, "USA")
    return matched(prediction, outcomes)


def test_parts_are_summed_to_what_was_measured_together(tmp_path, names):
    found = said_and_came(
        tmp_path,
        names,
        ["IND,C20,600,300,200,400", "IND,C21,400,300,250,350", "DEU,C26,100,50,,"],
        ["India,C21+C20,500,250", "FRA,C26,90,80", "DEU,C26,29,20"],
        f"{HEAD},low,high",
    )
    assert (found.not_predicted, found.too_small) == (1, 1)
    cells = found.cells
    assert cells.partner == ("IND",)
    assert cells.sector == ("C20+C21",)
    assert cells.said.value[0] == pytest.approx(np.log(600 / 1000))
    assert cells.said.low[0] == pytest.approx(np.log(450 / 1000))
    assert cells.said.high[0] == pytest.approx(np.log(750 / 1000))
    assert cells.measured[0] == pytest.approx(np.log(250 / 500))
    assert np.isnan(cells.duty[0])


def test_a_prediction_of_more_than_was_measured_is_none(tmp_path, names):
    with pytest.raises(InputError, match="none of the 1 outcomes is predicted: USA from IND, C20"):
        said_and_came(tmp_path, names, ["IND,C20+C21,600,300"], ["IND,C20,500,250"])


@pytest.mark.parametrize(("factor", "told"), [(1e-3, "1,000"), (1e6, "1,000,000")])
def test_other_units_are_refused(tmp_path, names, factor, told):
    line = f"IND,C20,{500 * factor},{250 * factor}"
    with pytest.raises(InputError, match=f"a factor of about {told} in total: they are in diff"):
        said_and_came(tmp_path, names, ["IND,C20,500,300"], [line])
    with pytest.raises(InputError, match="after and before differ by a factor of about 1,000 in"):
        said_and_came(tmp_path, names, ["IND,C20,500,300"], ["IND,C20,500,500000"])


def test_a_year_may_stand_beside_three_months_and_small_flows_do_not_count(tmp_path, names):
    assert said_and_came(tmp_path, names, ["IND,C20,500,300"], ["IND,C20,125,80"]).cells.before
    with pytest.raises(
        InputError, match="none of 1 flows is above 30 million before and 3 million"
    ):
        said_and_came(tmp_path, names, ["IND,C20,500,300"], ["IND,C20,25,20"])


def test_what_is_remembered_is_what_was_said(tmp_path, names):
    lines = ["IND,C20+C21,600,300,200,400", "DEU,C26,100,50,,"]
    path = table(tmp_path, *lines, head=f"{HEAD},low,high")
    first = prediction_from(path, names, "USA")
    again = prediction_of(first.as_text())
    assert again.as_text() == first.as_text()
    assert again.cells == first.cells
    assert np.array_equal(again.low, first.low, equal_nan=True)


def test_draws_are_summed_draw_by_draw(tmp_path, names):
    """Two parts whose draws cancel: their sum is sure, where the sum of their ends is not."""
    path = table(tmp_path, "IND,C20,600,300", "IND,C21,400,300")
    said = prediction_from(path, names, "USA")
    draws = np.array([[200.0, 400], [400, 200], [300, 300]])
    outcomes = flow_rows(table(tmp_path, "IND,C20+C21,500,250", name="o.csv"), names, "USA")
    cells = matched(replace(said, draws=draws, age=np.array([2.0, 7.0])), outcomes).cells
    assert cells.said.draws == pytest.approx(np.full((3, 1), np.log(600 / 1000)))
    assert cells.said.low == cells.said.high == pytest.approx(np.log(600 / 1000))
    assert cells.age == pytest.approx((2 * 600 + 7 * 400) / 1000)
    kept = cells.where(np.array([True]))
    assert kept.said.draws.shape == (3, 1)
