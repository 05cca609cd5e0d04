"""A world of some regions, for what is said of names."""

from paxsilica.economy import About, Economy


def world_of(*regions: str, sectors: tuple[str, ...] = ("C26",)) -> Economy:
    """Everybody sells nine to itself and one to each other, in every sector; its name is `own`."""
    size = range(len(regions))
    flows = [[[9.0 if n == i else 1.0] * len(sectors) for i in size] for n in size]
    return Economy.from_flows(regions, sectors, flows, about=About(name="own"))
