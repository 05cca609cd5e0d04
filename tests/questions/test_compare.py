"""`pax compare` as a question: what is asked of A and of B, and what the answer carries."""

from __future__ import annotations

import numpy as np
import pytest
from run_world import TARIFF, small_world

import paxsilica as pax
from paxsilica.desk import Desk
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, solve
from paxsilica.policy import parse_scenario
from paxsilica.questions.compare import NOT_SPLIT

HEAD = "schema: paxsilica/scenario@1\ntitle: A duty\nbaseline: here\nmeasures:\n"
A = f"{HEAD}  - {TARIFF}\n"
B = A.replace("50%", "18%").replace("A duty", "A cut")


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk, world = Desk(), small_world()
    desk.warm(("here", None), lambda: world)
    desk.warm(("other", None), lambda: world.replace(trade_elasticity=2 * world.trade_elasticity))
    return desk


def incomes(answer: pax.Findings | object, side: str) -> np.ndarray:
    found = answer.findings.array("real_income", region=small_world().regions, scenario=side)
    return found[:, 0]


def alone(text: str, params: Params | None = None, economy=None) -> np.ndarray:
    e = economy or small_world()
    return 100 * (solve(e, parse_scenario(text).compile(e), params).real_income - 1)


def test_files_and_their_texts_are_the_same_question(tmp_path, desk):
    for name, text in (("a.yaml", A), ("b.yaml", B)):
        (tmp_path / name).write_text(text)
    file = pax.Compare(a=str(tmp_path / "a.yaml"), b=str(tmp_path / "b.yaml"), bands=False)
    by_file, by_text = (q.answered(desk) for q in (file, pax.Compare(a=A, b=B, bands=False)))
    np.testing.assert_array_equal(incomes(by_file, "difference"), incomes(by_text, "difference"))
    np.testing.assert_allclose(incomes(by_file, "a"), alone(A), atol=1e-8)
    np.testing.assert_allclose(incomes(by_file, "b"), alone(B), atol=1e-8)
    assert file.label == "a-b"
    assert set(by_file.run["inputs"]) == {file.a, file.b}
    assert by_file.seed is None


def test_one_of_two_or_one_for_both(desk):
    longer = {"horizon": "short_run,long_run", "bands": False}
    answer = pax.Compare(a=A, **longer).answered(desk)
    np.testing.assert_allclose(incomes(answer, "a"), alone(A, Params(SHORT_RUN)), atol=1e-8)
    np.testing.assert_allclose(incomes(answer, "b"), alone(A), atol=1e-8)
    answer = pax.Compare(a=A, b=B, horizon="short_run", bands=False).answered(desk)
    np.testing.assert_allclose(incomes(answer, "b"), alone(B, Params(SHORT_RUN)), atol=1e-8)
    answer = pax.Compare(a=A, baseline="here,other", bands=False).answered(desk)
    np.testing.assert_allclose(
        incomes(answer, "b"), alone(A, economy=desk.economy("other")), atol=1e-8
    )
    (differs,) = answer.attachments["differs"]
    assert differs["key"] == "baseline and assumptions"


def test_a_day_for_each(desk):
    text = A.replace("rate: 50%}", "rate: 50%, from: 2025-08-27}")
    asked = pax.Compare(a=text, as_of="2025-08-26,2025-08-27", bands=False)
    answer = asked.answered(desk)
    assert not incomes(answer, "a").round(12).any()
    np.testing.assert_allclose(incomes(answer, "b"), alone(text), atol=1e-8)
    assert "--as-of 2025-08-26,2025-08-27" in asked.command()
    assert answer.attachments["a"]["idle"] == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"as_of": "2025-01-01,2025-02-01,2025-03-01"}, "as_of: 3 are named; name one for both"),
        ({"as_of": "2025-02-30"}, "as_of: 2025-02-30 does not exist"),
        ({"horizon": "a,b,c"}, "horizon: 3 are named"),
        ({"baselin": "here"}, "did you mean baseline?"),
    ],
)
def test_what_is_asked_wrongly_is_one_line(given, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        pax.Compare(a=A, **given)


def test_a_scenario_that_cannot_be_read_is_named(tmp_path, desk):
    with pytest.raises(InputError, match="no such file"):
        pax.Compare(a=str(tmp_path / "none.yaml"), b=A).answered(desk)
    with pytest.raises(InputError, match="is no horizon"):
        pax.Compare(a=A, b=B, horizon="soon").answered(desk)


def test_a_world_between_that_is_not_solved_is_said(desk, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ConvergenceError("not solved", None)

    monkeypatch.setattr("paxsilica.analysis.contributions.solve_many", fails)
    more = TARIFF.replace("id: flat", "id: more").replace("IND", "VNM")
    answer = pax.Compare(a=A, b=f"{B}  - {more}\n", bands=False).answered(desk)
    (note,) = [note for note in answer.notes if note.name == NOT_SPLIT]
    assert "not solved" in note.text
    assert not answer.findings.select("contribution").blocks
    assert np.abs(incomes(answer, "difference")).max() > 1e-3
