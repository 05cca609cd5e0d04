"""Build the packaged baselines from the raw statistics. Run by maintainers:

    python tools/build_baseline.py --shared ../shared [--out src/paxsilica/data/packaged]

Reads SHARED/data; writes icio2022.npz, icio2022-50.npz, elasticities.csv and countries.json. SOURCES.toml beside
them and the tables of names (names/packaged: places.csv, sectors.csv, groups.toml) are kept by hand and checked here.
Prints every check and every note: nothing is repaired in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import baseline_notes as notes
from given import data_and_out
from paxsilica.data import archive, elasticities, sources
from paxsilica.economy import About, Array, Economy, Note
from paxsilica.names.places import packaged_groups, packaged_regions, region_meanings
from paxsilica.names.sectors import packaged_sectors, sector_meanings
from us_tariffs import UsTariffs, us_tariffs
from world_map import compact_map

AGGREGATE = "Services (aggregate)"
FLOOR = 0.01
"""Smallest share of value added in the cost of an industry; below it the industry's inputs are scaled down."""

SERVICES_THETA = 4.0
TARIFFS_SINCE = "tariff changes outside the United States since 2021 and inside since 2024, unless the scenario states them"
NOT_MODELLED = (
    "quotas, standards and other barriers that are no tariff",
    TARIFFS_SINCE,
    "trade in services taxed at the border",
)
SETS = {
    "fontagne_broad": "FGO",
    "bagwell_staiger_yurukoglu": "BSY",
    "caliendo_parro": "CP",
    "giri_yi_yilmazkuday": "GYY",
    "in_sample": "IS",
    "lashkaripour_lugovskyy": "LL",
    "shapiro": "Shap",
    "uniform_4": "U4",
}


@dataclass(frozen=True)
class Table:
    """The source table. `use[i,k,n,j]` of k from i by industry j of n; `final[i,k,n]`; `output[i,k]`; million USD."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    use: Array
    final: Array
    output: Array

    @property
    def flows(self) -> Array:
        """`[n, i, k]` deliveries to industries and final buyers."""
        return np.ascontiguousarray((self.use.sum(3) + self.final).transpose(2, 0, 1))

    @property
    def goods(self) -> list[int]:
        codes = {sector.code for sector in packaged_sectors() if sector.goods}
        return [at for at, sector in enumerate(self.sectors) if sector in codes]


def main() -> None:
    data, out = data_and_out("Build the packaged baselines.")

    table = read_table(data / "icio2022" / "icio2022_81x28.npz")
    _check_labels(table)
    print("elasticities")
    (out / "elasticities.csv").write_text(
        elasticity_rows(data / "elasticities", table), encoding="utf-8"
    )
    print("tariffs of the United States")
    usa = us_tariffs(data / "us_tariffs", table.regions, [table.sectors[j] for j in table.goods])
    _print_us_check(usa, table)
    cube = read_cube(data / "icio2022" / "trade_tariff_2022.parquet", table)
    for name, file in (("icio2022", None), ("icio2022-50", "icio2022_81x50.npz")):
        table = read_table(data / "icio2022" / file) if file else table
        economy = build(name, table, cube, usa)
        path = archive.write_economy(economy, out / f"{name}.npz")
        _report(economy, path)
    (out / "countries.json").write_text(
        compact_map(data / "geography" / "countries-50m.json"), encoding="utf-8"
    )
    print(f"packaged files: {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.2f} MB")


# ---- sources ---------------------------------------------------------------------------------------------------


def read_table(path: Path) -> Table:
    with np.load(path, allow_pickle=False) as source:
        regions = tuple(map(str, source["countries"]))
        sectors = tuple(
            "SERV" if sector == AGGREGATE else str(sector) for sector in source["sectors"]
        )
        N, J = len(regions), len(sectors)
        use = source["Z"].astype(float).reshape(N, J, N, J)
        return Table(
            regions,
            sectors,
            use,
            source["F"].astype(float).reshape(N, J, N),
            source["GO"].astype(float),
        )


def read_cube(path: Path, table: Table) -> Array:
    """`[n, i, j]` tariffs as the source gives them, 28 sectors."""
    cube = pd.read_parquet(path).astype({axis: str for axis in ("importer", "exporter", "sector")})
    cube["sector"] = cube["sector"].replace(AGGREGATE, "SERV")
    index = pd.MultiIndex.from_product([table.regions, table.regions, table.sectors])
    rates = cube.set_index(["importer", "exporter", "sector"]).tariff.reindex(index)
    if rates.isna().any():
        raise SystemExit(f"{path.name}: {int(rates.isna().sum())} cells are missing")
    return rates.to_numpy(dtype=float).reshape(
        *map(len, (table.regions, table.regions, table.sectors))
    )


def elasticity_rows(folder: Path, table: Table) -> str:
    """elasticities.csv: every set by goods sector and SERV; `origin` says which values are filled."""
    published = (
        pd.read_csv(folder / "fontagne_icio2025_sector.csv").set_index("icio2025").epsilon_icio
    )
    goods = [table.sectors[j] for j in table.goods]
    trade = _abroad(table.flows).sum((0, 1))
    theta = {
        code: -float(published[code])
        for code in goods
        if code in published.index and pd.notna(published[code])
    }
    rows = [
        ("fontagne", code, theta[code], "published")
        if code in theta
        else (
            "fontagne",
            code,
            _section_mean(code, theta, dict(zip(table.sectors, trade, strict=True))),
            "filled",
        )
        for code in goods
    ]
    rows.append(("fontagne", "SERV", SERVICES_THETA, "filled"))
    others = pd.read_csv(folder / "elasticities_8sources.csv")
    others = others[others.dataset == "ICIO"].assign(
        sector=lambda frame: frame.sector.replace(AGGREGATE, "SERV")
    )
    for name, abbreviation in SETS.items():
        values = others[others.abbrev == abbreviation].set_index("sector").trade_elasticity_epsilon
        rows += [(name, code, float(values[code]), "published") for code in [*goods, "SERV"]]
    for name, code, value, origin in rows:
        if origin == "filled":
            print(f"  {name} {code}: {value:.4f} filled")
    return "set,sector,theta,origin\n" + "".join(
        f"{name},{code},{value:.7g},{origin}\n" for name, code, value, origin in rows
    )


def _section_mean(code: str, theta: dict[str, float], trade: dict[str, float]) -> float:
    peers = [peer for peer in theta if peer[0] == code[0]]
    return float(
        np.average([theta[peer] for peer in peers], weights=[trade[peer] for peer in peers])
    )


# ---- the economy -----------------------------------------------------------------------------------------------


def build(name: str, table: Table, cube: Array, usa: UsTariffs) -> Economy:
    """Flows, tariffs, duty-paid inputs and every note, rounded to what the file holds."""
    flows, goods, us = table.flows, table.goods, table.regions.index("USA")
    tariffs = np.zeros_like(flows)
    home = np.arange(len(table.regions))
    tariffs[:, :, goods] = cube[:, :, : len(goods)]
    tariffs[us][:, goods] = usa.rates
    tariffs[home, home] = 0.0
    tariffs = tariffs.astype(np.float32).astype(float)
    paid = np.einsum("iknj,nik->nkj", table.use, 1.0 + tariffs)
    inputs, cells, floored = _floored(paid, flows.sum(0))
    story = (
        *notes.table_notes(flows, table.output, services=flows[:, :, len(goods) :]),
        *notes.cube_notes(table.regions, table.sectors, flows, cube, tariffs),
        *notes.us_notes(us, flows, cube, usa, tariffs),
        notes.duties_on_inputs(float((paid - table.use.sum(0).transpose(1, 0, 2)).sum())),
        notes.value_added_floor(
            FLOOR, floored, [f"{table.regions[n]} {table.sectors[j]}" for n, j in cells]
        ),
        *notes.caveats(),
    )
    about = About(
        name=name,
        year=2022,
        title=f"World economy 2022, {len(table.regions)} regions, {len(table.sectors)} sectors",
        **region_meanings(table.regions),
        **sector_meanings(table.sectors),
        sources=sources.packaged_sources(),
        not_modelled=NOT_MODELLED,
        not_modelled_by={"tariffs": (TARIFFS_SINCE,)},
    )
    exact = Economy.from_flows(
        table.regions, table.sectors, flows, tariffs, inputs=inputs, about=about
    )
    stored = archive.as_stored(exact)
    moved = sum(
        float(np.abs(getattr(stored, array) - getattr(exact, array)).sum())
        for array in ("flows", "inputs")
    )
    rounding = Note(
        "stored_in_single_precision",
        "flows rounded up and inputs down to the nearest float32",
        moved,
        of=("flows", "inputs"),
    )
    return elasticities.with_elasticities(
        stored.replace(notes=(*story, rounding)), elasticities.DEFAULT
    )


def _floored(inputs: Array, output: Array) -> tuple[Array, list[tuple[int, int]], float]:
    """Inputs scaled so that value added is at least FLOOR of output; the industries scaled and the money moved."""
    spent, most = inputs.sum(1), (1 - FLOOR) * output
    scale = np.divide(most, spent, out=np.ones_like(spent), where=spent > most)
    cells = [(int(n), int(j)) for n, j in np.argwhere(scale < 1)]
    return inputs * scale[:, None, :], cells, float((spent * (1 - scale)).sum())


def _abroad(flows: Array) -> Array:
    return flows * (1 - np.eye(len(flows)))[:, :, None]


# ---- checks and words ------------------------------------------------------------------------------------------


def _check_labels(table: Table) -> None:
    """The files kept by hand must fit the source table."""
    if table.regions != tuple(region.code for region in packaged_regions()):
        raise SystemExit("places.csv does not list the regions of the source table in its order")
    if not set(table.sectors) <= {sector.code for sector in packaged_sectors()}:
        raise SystemExit("sectors.csv lacks a sector of the source table")
    for kind, known in (
        ("regions", set(table.regions)),
        ("sectors", {s.code for s in packaged_sectors()}),
    ):
        for group, entry in packaged_groups()[kind].items():
            unknown = set(entry["members"] if kind == "regions" else entry) - known
            if unknown:
                raise SystemExit(
                    f"groups.toml: group {group} has unknown members {sorted(unknown)}"
                )


def _print_us_check(usa: UsTariffs, table: Table) -> None:
    used = float((usa.rates * usa.imports).sum())
    print(
        f"  imports for consumption 2024: {usa.total / 1e9:.3f} billion USD, duties {usa.total_duty / 1e9:.3f}"
    )
    print(
        f"  without a sector: imports {usa.left_out / 1e9:.3f}, duties {usa.left_out_duty / 1e9:.3f}"
    )
    print(f"  sum of rate x imports {used / 1e9:.6f}, duties used {usa.duties.sum() / 1e9:.6f}")
    if abs(used - usa.duties.sum()) > 1e-9 * used:
        raise SystemExit("the US rates do not reproduce the duties")
    worst = np.unravel_index(int(usa.rates.argmax()), usa.rates.shape)
    print(
        f"  highest rate {usa.rates.max():.1%}: {table.regions[worst[0]]} {table.sectors[table.goods[worst[1]]]}"
    )


def _report(economy: Economy, path: Path) -> None:
    print(
        f"\n{economy.about.name}: {path.stat().st_size / 1e6:.2f} MB, residual {economy.baseline_residual:.1e}, "
        f"output {economy.output.sum() / 1e6:.4f} trillion USD, GDP {economy.gdp.sum() / 1e6:.4f}"
    )
    for note in economy.notes:
        size = "" if note.usd_million is None else f" [{note.usd_million:,.1f} million USD]"
        print(f"  {note.name}{size}: {note.text}")


if __name__ == "__main__":
    main()
