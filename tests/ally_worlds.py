"""A world of six countries in which three are allied, for tests of alliances."""

from __future__ import annotations

from worlds import labelled_world

from paxsilica.analysis.alliance.values import Setting
from paxsilica.economy import About, Economy, Source

NAMES = {
    "USA": "United States",
    "JPN": "Japan",
    "KOR": "Korea",
    "IND": "India",
    "CHN": "China",
    "RUS": "Russia",
}
SECTORS = {"C26": "Electronics", "B07": "Metal ores", "C13T15": "Textiles", "SERV": "Services"}
CRITICAL = ("C26", "B07")
MEMBERS = ("USA", "JPN", "KOR")


def allied_world() -> Economy:
    """Incomes of some hundred billion dollars; unbalanced trade, tariffs and inputs."""
    about = About(
        name="small",
        title="A small world",
        year=2022,
        region_names=NAMES,
        sector_names=SECTORS,
        sector_groups={"goods": ("C26", "B07", "C13T15")},
        sources=(Source("Made up", "Nobody", "CC0", "2026"),),
    )
    return labelled_world(3, about, 1e3)


def setting_of(economy: Economy, add: tuple[str, ...] = ("IND",), **changes) -> Setting:
    """The three members, India added, China the adversary."""
    blocs = {name: (name,) for name in (*MEMBERS, *add)}
    return Setting(economy, blocs, MEMBERS, ("CHN",), **{"sectors": CRITICAL, **changes})
