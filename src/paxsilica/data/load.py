"""`load_economy`: a packaged name, an `.npz` file, or a folder of CSV tables."""

from __future__ import annotations

from pathlib import Path

from paxsilica.about import BASELINE
from paxsilica.data.archive import read_economy
from paxsilica.data.elasticities import with_elasticities
from paxsilica.data.sources import PACKAGED
from paxsilica.data.tables import read_tables
from paxsilica.economy import Economy
from paxsilica.errors import EconomyError, LabelError, nearest


def packaged_economies() -> tuple[str, ...]:
    """Names of the baselines that come with the package."""
    return tuple(sorted(path.stem for path in PACKAGED.glob("*.npz")))


def load_economy(
    name_or_path: str | Path = BASELINE,
    elasticities: str | None = None,
    repair: float | None = None,
) -> Economy:
    """A baseline, checked and ready to solve.

    Args:
        name_or_path: a packaged name (`icio2022`, `icio2022-50`), an `.npz` file from `write_economy`, or a folder with
            `flows.csv` and perhaps `inputs.csv`, `sectors.csv` and `about.toml` (see `read_tables`). A packaged name
            wins over a folder of the same name; write `./icio2022` for the folder.
        elasticities: a set named by `elasticity_sets()`. Default: the baseline's own, which is `fontagne` for the
            packaged ones.
        repair: share of world output up to which a folder's small defects are repaired with notes; see `read_tables`.

    Raises:
        LabelError: no such baseline or elasticity set; names the nearest.
        EconomyError: a file that cannot be read, or tables that are no valid economy; says where and what to do.
    """
    path = Path(name_or_path)
    if isinstance(name_or_path, str) and name_or_path in packaged_economies():
        path = PACKAGED / f"{name_or_path}.npz"
    if path.is_dir():
        return read_tables(path, elasticities, repair)
    if path.suffix == ".npz" and path.is_file():
        economy = read_economy(path)
        return with_elasticities(economy, elasticities) if elasticities else economy
    if path.exists():
        raise EconomyError(
            f"{path}: a baseline is a folder holding flows.csv, or an .npz file; give one of these"
        )
    if path.suffix or len(path.parts) > 1:
        raise EconomyError(
            f"{path}: no such file or folder; packaged baselines are {', '.join(packaged_economies())}"
        )
    raise LabelError(f"unknown baseline {str(path)!r}{nearest(str(path), packaged_economies())}")
