"""What is kept of corrections on disk: read where it is whole and of the same question, made anew where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import random_economy

from paxsilica.model import Params, cache, correction, solve
from paxsilica.model.correction import Correction, correction_of
from paxsilica.shock import Shock


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(correction, "kept_in", lambda name: tmp_path)
    monkeypatch.setattr(correction, "WORTH_A_FILE", 0)
    return tmp_path


def same(one: Correction, other: Correction) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(one, other, strict=True))


def test_a_correction_is_read_where_it_was_kept(folder, monkeypatch):
    made = correction_of(random_economy(1), Params())
    assert len([*folder.glob("*.npz")]) == 1
    monkeypatch.setattr(correction, "_corrected_at", None)  # another one cannot be made
    assert same(made, correction_of(random_economy(1), Params()))


def test_a_damaged_file_is_made_anew(folder):
    made = correction_of(random_economy(1), Params())
    (file,) = folder.glob("*.npz")
    whole = file.read_bytes()
    for damaged in (b"", b"no archive", whole[:300], whole[:-200]):
        file.write_bytes(damaged)
        assert same(made, correction_of(random_economy(1), Params()))
    assert same(made, correction_of(random_economy(1), Params()))


def test_the_oldest_files_go(folder, monkeypatch):
    monkeypatch.setattr(correction, "MOST_FILES", 3)
    for seed in range(6):
        correction_of(random_economy(seed), Params())
    assert len([*folder.glob("*.npz")]) == 3


def test_a_folder_that_cannot_be_written_stops_nothing(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "no space")

    monkeypatch.setattr(cache, "keep_table", full)
    assert correction_of(random_economy(1), Params()).blocks.shape[0] == 4


def test_borrowed_corrections_lead_to_the_same_equilibrium():
    """With the correction of half and of twice the elasticities, against one's own."""
    economy = random_economy(2, regions=8)
    exact = Params(tolerance=1e-13)
    solve(economy, Shock(economy), exact)
    for factor in (0.5, 2.0):
        theta = factor * economy.trade_elasticity
        other = economy.with_theta(theta, economy.notes, economy.about)
        fresh = random_economy(2, regions=8).with_theta(theta, economy.notes, economy.about)
        assert correction.borrowed_correction(other, exact) is not None
        assert correction.borrowed_correction(fresh, exact) is None
        tariffs = economy.tariffs + 0.2 * (economy.flows > 0) * ~np.eye(8, dtype=bool)[:, :, None]
        borrowed, own = (solve(e, Shock(e, tariffs=tariffs), exact) for e in (other, fresh))
        np.testing.assert_allclose(borrowed.real_income, own.real_income, rtol=1e-11)
