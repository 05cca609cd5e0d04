"""A world of five regions and three sectors for tests of scenarios."""

import numpy as np

from paxsilica.economy import About, Economy

REGIONS = ("USA", "IND", "NOR", "CHN", "DEU")
SECTORS = ("A01", "C26", "SERV")
HEAD = "schema: paxsilica/scenario@1\ntitle: test\n"


def small_world() -> Economy:
    """Every foreign tariff on goods is 10 %; theta is 4, 8 and 2."""
    names = ("United States", "India", "Norway", "China", "Germany")
    about = About(
        region_names=dict(zip(REGIONS, names, strict=True)),
        sector_names={"A01": "Agriculture", "C26": "Computers and electronics", "SERV": "Services"},
        region_groups={"BRICS": ("IND", "CHN")},
        sector_groups={"goods": ("A01", "C26"), "services": ("SERV",)},
    )
    abroad = ~np.eye(5, dtype=bool)[:, :, None]
    flows = np.where(abroad, 1.0, 50.0) * np.ones((5, 5, 3))
    tariffs = 0.1 * abroad * np.array([1.0, 1.0, 0.0])
    return Economy.from_flows(REGIONS, SECTORS, flows, tariffs, None, [4.0, 8.0, 2.0], about=about)


def world_with_inputs() -> Economy:
    """The same, where a tenth of each sector's output pays for inputs from each sector; farms use no services."""
    bare = small_world()
    inputs = 0.1 * np.repeat(bare.output[:, None, :], 3, axis=1)
    inputs[:, 2, 0] = 0.0
    return bare.replace(inputs=inputs)
