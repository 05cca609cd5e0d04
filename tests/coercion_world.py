"""Four regions and three sectors with packaged codes, for what is said of cuts."""

from __future__ import annotations

from worlds import labelled_world

from paxsilica.economy import About, Economy, Source

NAMES = {"R0": "Northland", "R1": "Eastland", "R2": "Southland", "R3": "Westland"}


def coercion_world() -> Economy:
    about = About(
        name="four lands",
        title="A world of four lands",
        year=2022,
        region_names=NAMES,
        sector_names={"C26": "Computers and electronics", "C28": "Machinery", "SERV": "Services"},
        region_groups={"PAIR": ("R1", "R2")},
        sector_groups={"goods": ("C26", "C28")},
        sources=(Source("Made up", "Nobody", "CC0", "2026", "https://example.org/data"),),
    )
    return labelled_world(3, about, 1e5)
