"""From US customs lines to the sectors of the baseline: one map, shared by every tool that reads US trade.

A customs line is a text of ten digits (HS10). The crosswalk file gives each line its GTAP commodity; this module
gives each GTAP commodity its OECD ICIO sector, splitting by HS chapter the two that straddle sectors.
"""

from __future__ import annotations

GTAP_SECTORS = {
    "A01": "PDR WHT GRO V_F OSD C_B PFB OCR CTL OAP RMK WOL",
    "A02": "FRS",
    "A03": "FSH",
    "B05": "COA",
    "B06": "OIL GAS",
    "C10T12": "CMT OMT VOL MIL PCR SGR OFD B_T",
    "C13T15": "TEX WAP LEA",
    "C16": "LUM",
    "C17_18": "PPP",
    "C19": "P_C",
    "C20": "CHM",
    "C21": "BPH",
    "C22": "RPP",
    "C23": "NMM",
    "C24A": "I_S",
    "C24B": "NFM",
    "C25": "FMP",
    "C26": "ELE",
    "C27": "EEQ",
    "C28": "OME",
    "C29": "MVH",
    "C31T33": "OMF",
    "SERV": "ELY",
}
"""ICIO sector -> GTAP commodities that lie wholly inside it. Electricity is a service in ICIO (section D)."""

SECTOR_OF_GTAP = {
    gtap: sector for sector, commodities in GTAP_SECTORS.items() for gtap in commodities.split()
}

SPLIT_BY_CHAPTER = {"OXT": ("26", "B07", "B08"), "OTN": ("89", "C301", "C302T309")}
"""GTAP commodity -> (HS chapter, sector of that chapter, sector of the rest): metal ores among other extraction,
ships among other transport equipment."""


SPECIAL_CHAPTERS = ("98", "99")
"""Goods returned, temporary entries and low-value shipments: they say nothing about what the good is."""


def sector_of(hs10: str, gtap: str | None) -> str | None:
    """ICIO sector of a customs line, such as `C26`; None for the special chapters 98 and 99.

    Args:
        hs10: the customs code as text, leading zero kept; only its first two digits are read.
        gtap: the GTAP commodity the crosswalk gives it, in either case; empty or None in the special chapters.

    Raises:
        KeyError: the commodity is not in the map; add it to `GTAP_SECTORS`.
    """
    if hs10.startswith(SPECIAL_CHAPTERS):
        return None
    commodity = gtap.strip().upper() if isinstance(gtap, str) else ""
    if commodity in SPLIT_BY_CHAPTER:
        chapter, inside, rest = SPLIT_BY_CHAPTER[commodity]
        return inside if hs10.startswith(chapter) else rest
    if commodity not in SECTOR_OF_GTAP:
        raise KeyError(
            f"GTAP commodity {gtap!r} (customs line {hs10}) has no ICIO sector; add it to GTAP_SECTORS"
        )
    return SECTOR_OF_GTAP[commodity]
