"""Input reliance and vertical specialisation against dense Leontief algebra, another program's table, closed forms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.dependency import reliance as r
from paxsilica.analysis.dependency.indicators import shares
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.findings import Findings
from paxsilica.model.cache import keep_table, kept_table


def parts(amounts: np.ndarray) -> np.ndarray:
    """Shares along the first axis; zero where there is nothing."""
    return np.nan_to_num(shares(amounts, 0))


def of_regions(economy: Economy) -> list[np.ndarray]:
    """`[s, n]` face value and look-through of all inputs of a region together."""
    N, J = len(economy.regions), len(economy.sectors)
    amounts = r.by_seller(r.requirements(economy), np.kron(np.eye(N), np.ones(J)))
    return [parts((x.reshape(N, N, J) * economy.output).sum(2)) for x in amounts]


# METHODS: six regions of pymrio's test table, (face value, look-through) of all foreign inputs
PYMRIO = [
    (0.1527, 0.1619),
    (0.2018, 0.2126),
    (0.0772, 0.0834),
    (0.1205, 0.1271),
    (0.1158, 0.1191),
    (0.1364, 0.1389),
]


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray, int]:
    """Z, gross output and the number of sectors of the table that pymrio ships."""
    pymrio = pytest.importorskip("pymrio")
    io = pymrio.load_test().calc_all()
    return io.Z.to_numpy(), io.x.to_numpy().ravel(), len(io.get_sectors())


def test_pymrio_table_equals_dense_leontief_and_the_published_shares(
    table: tuple[np.ndarray, np.ndarray, int],
) -> None:
    Z, x, J = table
    N = len(x) // J
    A = Z / x
    face, look = r.by_seller(A, np.kron(np.eye(N), np.ones(J)))
    L = np.linalg.inv(np.eye(len(x)) - A)
    region = np.repeat(np.arange(N), J)
    for n in range(N):
        demand = np.where(region == n, x, 0.0)
        dense = [
            np.array([(v @ demand)[region == s].sum() for s in range(N)])
            for v in (A, L - np.eye(len(x)))
        ]
        for given_, exact in zip((face, look), dense, strict=True):
            np.testing.assert_allclose(given_ @ demand, exact, rtol=1e-10)
        shares = [1 - (v / v.sum())[n] for v in dense]
        assert np.round(shares, 4) == pytest.approx(PYMRIO[n], abs=1e-9)
        ours = [1 - parts(v @ demand)[n] for v in (face, look)]
        np.testing.assert_allclose(ours, shares, rtol=1e-10)


@given(seed=st.integers(0, 10_000), regions=st.integers(2, 5), sectors=st.integers(1, 4))
@settings(max_examples=25)
def test_reliance_equals_the_whole_leontief_inverse(seed: int, regions: int, sectors: int) -> None:
    economy = random_economy(seed, regions, sectors)
    N, J = regions, sectors
    result = r.foreign_input_reliance(economy)
    A = np.zeros((N, J, N, J))
    for s in range(N):
        for k in range(J):
            for n in range(N):
                for j in range(J):
                    bought = (
                        economy.inputs[n, k, j]
                        * economy.shares[n, s, k]
                        / (1 + economy.tariffs[n, s, k])
                    )
                    A[s, k, n, j] = bought / economy.output[n, j]
    A = A.reshape(N * J, N * J)
    more = (np.linalg.inv(np.eye(N * J) - A) - np.eye(N * J)).reshape(N, J, N, J).sum(1)
    np.testing.assert_allclose(result.look_through, more / more.sum(0), rtol=1e-9)
    weighed = (more * economy.output).sum(2)
    np.testing.assert_allclose(of_regions(economy)[1], weighed / weighed.sum(0), rtol=1e-9)
    np.testing.assert_allclose(result.face.sum(0), 1)
    np.testing.assert_allclose(result.look_through.sum(0), 1)
    np.testing.assert_allclose(result.hidden.sum(0), 0, atol=1e-12)


def test_counting_one_sector_leaves_the_others_out() -> None:
    economy = random_economy(3, 3, 3)
    result = r.foreign_input_reliance(economy, ["S1"])
    bought = economy.inputs[0, 1, 2] * economy.landed[0, :, 1]
    np.testing.assert_allclose(result.face[:, 0, 2], bought / bought.sum(), rtol=1e-12)


def test_a_chain_of_two_hides_the_second_supplier() -> None:
    """Home buys only from B, B buys only from C: face value shows B alone, look-through half of it C."""
    A = np.zeros((3, 3))
    A[1, 0] = 0.5  # home uses B
    A[2, 1] = 1.0  # B is nothing but C
    face, look = r.by_seller(A, np.eye(3))
    assert parts(face[:, :1]).ravel().tolist() == [0, 1, 0]
    assert parts(look[:, :1]).ravel().tolist() == [0, 0.5, 0.5]


def test_vertical_specialisation_closed_form() -> None:
    """One sector: a unit of exports needs 1/(1 - a_d) of output, each with a_m of imported inputs."""
    economy = random_economy(5, 3, 1, tariffs=False)
    own = economy.shares[np.arange(3), np.arange(3), 0]
    a = economy.input_shares[:, 0, 0]
    np.testing.assert_allclose(
        r.vertical_specialisation(economy), (1 - own) * a / (1 - own * a), rtol=1e-12
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
def test_vertical_specialisation_is_what_domestic_value_added_leaves(seed: int) -> None:
    """Without tariffs, imported inputs and domestic value added make up all of exports."""
    economy = random_economy(seed, 3, 3, tariffs=False)
    home = np.arange(3)
    for n, vs in enumerate(r.vertical_specialisation(economy)):
        domestic = economy.shares[n, n][:, None] * economy.input_shares[n]
        exports = economy.output[n] - economy.flows[home, home][n]
        gross = np.linalg.inv(np.eye(3) - domestic) @ exports
        added = (economy.value_added_share[n] * gross).sum() / exports.sum()
        assert vs + added == pytest.approx(1, rel=1e-9)


def test_us_manufacturing_by_look_through() -> None:
    """Published for 2018: China on top in more than 90 % of US manufacturing sectors, manufactured inputs counted."""
    economy = load_economy("icio2022-50")
    manufactured = list(r.top_suppliers(economy, "USA", counted="manufacturing").values())
    everything = list(r.top_suppliers(economy, "USA").values())
    assert len(manufactured) == len(everything) == 19
    assert manufactured.count("CHN") / 19 > 0.9
    assert set(everything) == {"CHN", "CAN"}
    assert everything.count("CHN") < manufactured.count("CHN"), (
        "Canada's oil, metals and wood count where all inputs do"
    )


def test_proportionality_against_the_source_table(shared: Path) -> None:
    """What the packaged economy loses: it spreads each import over all users; the source tells them apart."""
    economy = load_economy("icio2022-50")
    N, J = len(economy.regions), len(economy.sectors)
    with np.load(shared / "icio2022" / "icio2022_81x50.npz", allow_pickle=False) as source:
        Z, output = source["Z"].astype(float), source["GO"].astype(float).ravel()
    A = np.divide(Z, output, out=np.zeros_like(Z), where=output > 0)
    face, look = (
        given.reshape(N, N, J) for given in r.by_seller(A, np.kron(np.eye(N), np.ones(J)))
    )
    used = (look.sum(0) > 1e-9) & (output.reshape(N, J) > 0) & (economy.output > 0)
    ours = r.foreign_input_reliance(economy)

    exact = parts((face * output.reshape(N, J)).sum(2))
    n = economy.regions.index("USA")
    others = np.arange(N) != n
    face_of_region, look_of_region = of_regions(economy)
    assert abs(face_of_region[others, n].sum() - exact[others, n].sum()) < 0.02
    assert np.abs(face_of_region - exact)[others, n].max() < 0.01

    exact = parts((look * output.reshape(N, J)).sum(2))
    off = 100 * np.abs(look_of_region - exact)[~np.eye(N, dtype=bool)]
    assert (off.mean() < 0.035, off.max() < 1.35) == (True, True), "of a country: docs/depend.md"
    foreign = 100 * np.abs(
        (look_of_region.sum(0) - np.diagonal(look_of_region)) - (1 - np.diagonal(exact))
    )
    assert foreign.mean() == pytest.approx(1.3, abs=0.05)
    assert (foreign.max(), economy.regions[foreign.argmax()]) == (
        pytest.approx(5.8, abs=0.05),
        "STP",
    )

    china = economy.regions.index("CHN")
    error = 100 * np.abs(ours.look_through - parts(look))[china]
    error = error[used & (np.arange(N) != china)[:, None]]
    assert error.mean() == pytest.approx(0.53, abs=0.02)
    assert np.percentile(error, 95) == pytest.approx(1.24, abs=0.05)
    assert error.max() == pytest.approx(13.2, abs=0.1)
    different = ours.top_foreign(ours.look_through) != ours.top_foreign(parts(look))
    assert different[used].mean() == pytest.approx(0.08, abs=0.005)


def test_the_rest_of_the_world_is_no_supplier() -> None:
    economy = Economy.from_flows(
        ["A", "B", "ROW"],
        ["x"],
        np.array([[[5.0], [1.0], [1.0]], [[1.0], [5.0], [1.0]], [[3.0], [3.0], [5.0]]]),
    )
    shares = np.array([[[0.5], [0.1], [0.2]], [[0.1], [0.6], [0.3]], [[0.4], [0.3], [0.5]]])
    result = r.Reliance(economy.regions, shares, shares)
    assert result.top_foreign(shares).ravel().tolist() == [1, 0, 1]
    shares[1, 0] = 0.0
    assert result.top_foreign(shares)[0, 0] == -1, "nobody else is named"


def test_bad_input_is_one_line() -> None:
    with pytest.raises(InputError, match="no sector buys inputs"):
        r.foreign_input_reliance(Economy.from_flows(["A", "B"], ["x"], np.ones((2, 2, 1))))
    with pytest.raises(LabelError, match="did you mean manufacturing"):
        r.foreign_input_reliance(load_economy("icio2022"), ["manufacturin"])


def test_findings_are_of_one_supplier_or_of_the_largest_and_the_solve_is_certified() -> None:
    economy = random_economy(4, 4, 3)
    result = r.foreign_input_reliance(economy)
    assert 0 < result.residual < 1e-12, "rounding, measured and not assumed"
    top = result.top_foreign(result.look_through)[2]
    for supplier, s in (("R1", np.full(3, 1)), ("", top)):
        found = Findings(tuple(r.reliance_blocks(economy, result, "R2", supplier, "here")))
        for name in ("face_value", "look_through", "hidden_share"):
            rows = found.select(name).rows()
            assert [row["partner"] for row in rows] == [f"R{k}" for k in s]
            assert {(row["solve"], row["source"]) for row in rows} == {("look_through", "here")}
        difference = found.array("look_through") - found.array("face_value")
        np.testing.assert_allclose(found.array("hidden_share"), difference, atol=1e-12)
        content = 100 * r.vertical_specialisation(economy)[2]
        assert found.value("vertical_specialisation") == pytest.approx(content)


def test_a_sector_that_makes_nothing_has_no_finding() -> None:
    economy = Economy.from_flows(
        ["A", "B"],
        ["x", "y"],
        np.array([[[5.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [5.0, 2.0]]]),
        inputs=np.full((2, 2, 2), 0.2) * np.array([[[1.0, 0.0]], [[1.0, 1.0]]]),
    )
    result = r.foreign_input_reliance(economy)
    for supplier in ("", "B"):
        found = Findings(tuple(r.reliance_blocks(economy, result, "A", supplier)))
        assert [row["sector"] for row in found.select("output").rows()] == ["x"]


def test_a_reliance_that_is_kept_is_not_solved_again(tmp_path, monkeypatch) -> None:
    economy, other = random_economy(3, 3, 3), random_economy(4, 3, 3)
    exact = r.foreign_input_reliance(economy)
    r.kept_reliance(other, tmp_path)
    r.kept_reliance(economy, tmp_path)
    monkeypatch.setattr(r, "foreign_input_reliance", lambda _: pytest.fail("solved again"))
    found = r.kept_reliance(economy, tmp_path)
    assert found.regions == exact.regions
    np.testing.assert_array_equal(found.face, exact.face)
    np.testing.assert_array_equal(found.look_through, exact.look_through)
    assert found.residual == exact.residual


@pytest.mark.parametrize("damage", ["cut", "foreign", "of another economy", "of another shape"])
def test_a_file_that_is_not_of_the_economy_is_made_anew(tmp_path, damage) -> None:
    economy = random_economy(3, 3, 3)
    exact = r.foreign_input_reliance(economy).look_through
    r.kept_reliance(economy, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    if damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "foreign":
        file.write_text("not ours")
    elif damage == "of another economy":
        keep_table(file, "another", kept_table(file, economy.digest, like(3, 3)))
    else:
        keep_table(file, economy.digest, like(2, 3))
    np.testing.assert_array_equal(r.kept_reliance(economy, tmp_path).look_through, exact)
    assert file.read_bytes() == whole


def test_a_folder_that_takes_no_file_is_no_trouble(tmp_path) -> None:
    economy = random_economy(3, 3, 3)
    (tmp_path / "file").touch()
    for cache in (None, tmp_path / "file"):
        found = r.kept_reliance(economy, cache)
        np.testing.assert_array_equal(found.face, r.foreign_input_reliance(economy).face)


def like(N: int, J: int) -> np.ndarray:
    """A table as it is kept of so many regions and sectors."""
    shares = (float, (N, N, J))
    return np.zeros((), [("face", *shares), ("look_through", *shares), ("residual", float)])
