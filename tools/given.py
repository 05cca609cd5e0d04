"""The two options that every build tool has."""

from __future__ import annotations

import argparse
from pathlib import Path

from paxsilica.data import sources

SHARED = Path(__file__).resolve().parents[2] / "shared"


def data_and_out(description: str, packaged: Path = sources.PACKAGED) -> tuple[Path, Path]:
    """The folder of the raw data and the folder to write to, as --shared and --out say; both exist then."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--shared", type=Path, default=SHARED, help="holds data/ (default: ../shared)"
    )
    parser.add_argument(
        "--out", type=Path, default=packaged, help="where to write (default: the package)"
    )
    given = parser.parse_args()
    data: Path = given.shared / "data"
    if not data.is_dir():
        parser.error(f"{data}: no such folder; give --shared the folder that holds data/")
    out: Path = given.out
    out.mkdir(parents=True, exist_ok=True)
    return data, out
