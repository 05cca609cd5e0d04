"""`pax sweep` as a question: what is asked at each point, what is kept, and what is said before anything is solved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from coercion_world import coercion_world
from sweep_world import SCENARIO, design, lands_desk

import paxsilica as pax
from paxsilica.desk import Desk
from paxsilica.errors import Cancelled, ConvergenceError, InputError
from paxsilica.model import Params, Status, solve, solve_many
from paxsilica.policy import parse_scenario
from paxsilica.questions import sweep_points
from paxsilica.questions.sweep_points import solve_chunk

RATE, DUTY = "measures.first.rate", "measures.first.rate: {from: 0%, to: 40%, steps: 5, name: duty}"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return lands_desk()


def swept(text: str, desk: Desk, out: Path | None = None) -> tuple[pax.Answer, pd.DataFrame]:
    """The answer, and the rows of all chunks."""
    answer = pax.Sweep(text=text, workers=1, out=str(out) if out else None).answered(desk)
    rows = pd.read_parquet(out / "chunks") if out else pd.DataFrame()
    return answer, rows.astype(
        {name: str for name in rows.columns if rows[name].dtype == "category"}
    )


def income_of(rate: str, region: str, params: Params | None = None) -> float:
    """Change of real income, %, by a scenario compiled and solved alone."""
    e = coercion_world()
    shock = parse_scenario(SCENARIO.format(baseline="lands").replace("10%", rate)).compile(e)
    return 100 * (solve(e, shock, params).real_income[e.regions.index(region)] - 1)


def test_each_point_is_its_scenario_solved_alone(desk, tmp_path):
    text = design(
        DUTY, "assumptions.horizon: [long_run, short_run]", more="regions: [R1, R0]\nchunk: 3"
    )
    answer, rows = swept(text, desk, tmp_path / "s")
    assert rows["point"].tolist() == [n for n in range(10) for _ in "01"]
    assert set(rows["region"]) == {"R0", "R1"}
    assert set(rows["status"]) == {"converged"}
    assert set(rows["unit"]) == {"%"}
    for row in rows.to_dict("records"):
        params = Params(pax.Horizon.parse(row["assumptions.horizon"]))
        known = income_of(f"{row['duty']:g}%", row["region"], params)
        assert row["value"] == pytest.approx(known, abs=1e-8)
    found, one = answer.findings, rows[rows["region"] == "R1"].set_index("point")["value"]
    ends = [
        found.value("real_income", region="R1", point=end)
        for end in ("lowest", "median", "highest")
    ]
    assert ends == pytest.approx([one.min(), one.median(), one.max()])
    assert found.value("sweep_points") == 10
    cell = found.value("real_income", region="R1", point="duty 20%")
    assert cell == pytest.approx(
        one[rows[rows.region == "R1"].set_index("point")["duty"] == 20].mean()
    )
    by = rows[rows.region == "R1"].groupby("duty")["value"].mean()
    part = 100 * by.var(ddof=0) / one.var(ddof=0)
    assert found.value("sweep_sensitivity", item="duty") == pytest.approx(part)


def test_side_by_side_and_one_by_one_agree(desk, tmp_path):
    """`bands: true` asks the question itself at each point."""
    text = design(DUTY, more="regions: [R1]")
    _, fast = swept(text, desk, tmp_path / "fast")
    _, slow = swept(
        text.replace("fields: \n", "fields: \n  bands: true\n"), desk, tmp_path / "slow"
    )
    np.testing.assert_allclose(fast["value"], slow["value"], atol=1e-8)
    assert fast["low"].isna().all()
    assert (slow["low"] <= slow["high"]).all()


def test_fields_of_other_questions_vary(desk, tmp_path):
    text = design(
        "share: {from: 50%, to: 100%, steps: 2}",
        question="coerce",
        fields="{sender: R0, target: R1, baseline: lands}",
        keep="loss_ratio, real_income",
        more="regions: [R1]",
    )
    _, rows = swept(text, desk, tmp_path / "s")
    for share in (50, 100):
        alone = pax.Coerce(sender="R0", target="R1", baseline="lands", share=f"{share}%")
        known = alone.answered(desk).findings.select(
            "real_income", region="R1", point=None, item=None
        )
        found = rows[(rows["share"] == share) & (rows["region"] == "R1")]
        assert found["value"].tolist() == pytest.approx([row["value"] for row in known.rows()])


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        (f"{RATE}: [4%, 400%]", "10%", ("4%", "400%")),
        (
            "measures.first.importer: [[R0], [R2, R3]]",
            "importer: [R0]",
            ("importer: [R0]", "importer: [R2, R3]"),
        ),
    ],
)
def test_measures_are_read_as_their_file_is(desk, tmp_path, field, old, new):
    _, rows = swept(design(field, more="regions: [R1]"), desk, tmp_path / "s")
    changed = [SCENARIO.format(baseline="lands").replace(old, text) for text in new]
    e = coercion_world()
    known = [100 * (solve(e, parse_scenario(t).compile(e)).real_income[1] - 1) for t in changed]
    assert rows["value"].tolist() == pytest.approx(known, abs=1e-8)


def test_a_point_that_is_not_solved_is_a_row_that_says_so(desk, tmp_path, monkeypatch):
    real = solve_many

    def stalled(*args, **options):
        batch = real(*args, **options)
        status = [Status.STALLED if k == 1 else s for k, s in enumerate(batch.status)]
        return replace(batch, status=tuple(status))

    monkeypatch.setattr("paxsilica.analysis.sweep.together.solve_many", stalled)
    answer, rows = swept(design(DUTY, more="regions: [R1]"), desk, tmp_path / "s")
    bad = rows[rows["point"] == 1]
    assert bad["status"].tolist() == ["not solved"]
    assert bad["value"].isna().all()
    assert "the sweeps ran out, residual" in bad["message"].iloc[0]
    assert len(rows) == 5
    assert answer.findings.value("sweep_unsolved") == 1
    assert any("1 of 5 points are not solved" in note.text for note in answer.notes)
    assert answer.solver["status"] == "1 of 5 points without numbers"


def test_a_run_goes_on_where_it_stopped_and_solves_nothing_twice(desk, tmp_path, monkeypatch):
    text, place = design(DUTY, more="chunk: 1"), tmp_path / "s"
    solved, real = [], sweep_points.solve_chunk

    def counted(task, chunk, desk=None):
        if len(solved) == 2:
            desk.cancel()
        solved.append(chunk)
        return real(task, chunk, desk)

    monkeypatch.setattr("paxsilica.questions.sweep.solve_chunk", counted)
    asks = pax.Sweep(text=text, workers=1, out=str(place))
    with pytest.raises(Cancelled):
        asks.answered(lands_desk())
    before = {path.name: path.stat().st_mtime_ns for path in place.glob("chunks/*.parquet")}
    assert len(before) == 3
    solved.clear()
    solved += [None] * 3  # so that nothing is cancelled any more
    whole = asks.answered(desk).findings
    assert solved[3:] == [3, 4]
    after = {path.name: path.stat().st_mtime_ns for path in place.glob("chunks/*.parquet")}
    assert {name: after[name] for name in before} == before
    again = asks.answered(desk).findings
    assert [b.value.tolist() for b in again.blocks] == [b.value.tolist() for b in whole.blocks]
    other, _ = swept(text, desk, tmp_path / "other")
    assert other.findings.rows() == whole.rows()
    for path in place.glob("chunks/*.parquet"):
        assert path.read_bytes() == (tmp_path / "other" / "chunks" / path.name).read_bytes()


def test_answers_are_of_the_day_on_which_they_began(desk, tmp_path):
    text = design(DUTY, more="chunk: 2")
    first = lands_desk().aside(date(2026, 3, 1))
    swept(text, first, tmp_path / "s")
    (tmp_path / "s" / "chunks" / "000001.parquet").unlink()
    seen = []
    later = first.aside(date(2027, 1, 1))
    real = sweep_points.Task.frame
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sweep_points.Task, "frame", lambda t, n, d: (seen.append(d.today), real(t, n, d))[1]
        )
        swept(text, later, tmp_path / "s")
    assert seen == [date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            design("measures.frst.rate: [1%]"),
            r"'measures\.frst\.rate'; did you mean measures\.first\.rate\?",
        ),
        (
            design("horizn: [long_run]"),
            r"sweep:\d+: no field is called 'horizn'; did you mean horizon\?",
        ),
        (
            design(f"{RATE}: [1%, 0.5]"),
            r"point 1 of 2 \(measures\.first\.rate = 0\.5\): .*has no % sign; write 50%",
        ),
        (
            design(f"{RATE}: {{from: 10%, to: -150%, steps: 17}}"),
            r"point 11 of 17 .*-100%.* must be above -100%",
        ),
        (
            design("measures.answer.rate: [1%, -60%, -190%]"),
            r"point 2 of 3 .*-190%.*measure answer: brings tariff",
        ),
        (design("assumptions.horizon: [shrt_run]"), r"point 0 of 1 .*did you mean short_run\?"),
        (design("measures.first.importer: [[R9]]"), r"point 0 of 1 .*unknown region 'R9'"),
        (design(DUTY, keep="loss_ratio"), r"keep: `run` finds no 'loss_ratio' here"),
        (
            design(DUTY, more="regions: [R2]", keep="trade_volume"),
            r"keep: nothing is left of trade_volume with these regions; leave one out",
        ),
        (design(DUTY, more="regions: [R7]"), r"unknown region 'R7'"),
        (design(DUTY, question="rn"), r"no question is called 'rn'; did you mean run\?"),
        (design(DUTY, question="sweep"), r"no question is called 'sweep'"),
        (design(DUTY, fields="{fil: a.yaml}"), r"run has no field 'fil'; did you mean file\?"),
        (
            design("horizon: [long_run]", fields="{horizon: long_run, file: a}"),
            r"held by `fields` and varied",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_solved(desk, text, said, monkeypatch):
    monkeypatch.setattr(pax.Sweep, "_solve", lambda *_: pytest.fail("something was solved"))
    with pytest.raises(InputError, match=said) as error:
        swept(text, desk)
    assert "\n" not in str(error.value)


def test_a_worker_that_finds_other_numbers_is_not_trusted(desk):
    tasks = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pax.Sweep, "_solve", lambda self, task, *_: tasks.append(task) or 1 / 0)
        with pytest.raises(ZeroDivisionError):
            swept(design(DUTY), desk)
    (task,) = tasks
    at, numbers = task.probe
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep_points, "_own_desk", lambda today: desk)
        other = replace(task, probe=(at, tuple(1.001 * x for x in numbers)))
        with pytest.raises(
            InputError, match="a worker cannot be trusted with point 0: it finds other numbers"
        ):
            solve_chunk(other, 0)
        old = replace(task, version="0.0")
        with pytest.raises(InputError, match=r"a worker has paxsilica .*, and this is 0\.0"):
            solve_chunk(old, 0)
        assert solve_chunk(task, 0) == solve_chunk(task, 0, desk)


def test_nothing_is_known_where_no_point_is_solved(desk, monkeypatch):
    def unsolved(*_: object, **__: object) -> None:
        raise ConvergenceError("not solved")

    monkeypatch.setattr("paxsilica.questions.sweep_points.Task.answer", unsolved)
    with pytest.raises(ConvergenceError):
        swept(design(DUTY), desk)


def test_one_design_and_one_kind_of_workers():
    with pytest.raises(InputError, match="name a sweep file, or give its text"):
        pax.Sweep()
    with pytest.raises(InputError, match="--workers is 0; give 1 at least"):
        pax.Sweep(file="a.yaml", workers=0)
    with pytest.raises(InputError, match="--workers is of this machine"):
        pax.Sweep(file="a.yaml", workers=2, scheduler="tcp://x:1")
    assert pax.Sweep(file="in/here/duties.yaml").label == "duties"
