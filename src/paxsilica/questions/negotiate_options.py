"""Which options of `pax negotiate` have a part in what is played."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

Mode = Literal["alone", "war", "talks", "deal"]

MODES: dict[Mode, str] = {
    "alone": "one government alone",
    "war": "a war (--nash)",
    "talks": "bargains",
    "deal": "a deal (--tranche)",
}
"""What is played -> in words."""

ONLY_OF: dict[str, tuple[Mode, ...]] = {
    **dict.fromkeys(("red_lines", "aim", "non_tariff", "most_growth", "cut"), ("deal",)),
    **dict.fromkeys(("most_output_lost", "most_jobs_lost", "most_revenue_lost"), ("deal",)),
    **dict.fromkeys(("retaliation", "answered_on"), ("alone",)),
    **dict.fromkeys(("among",), ("war",)),
    **dict.fromkeys(("power",), ("talks",)),
    **dict.fromkeys(("threat",), ("talks", "deal")),
    **dict.fromkeys(("weights", "detail", "lowest", "highest", "bound"), ("alone", "war", "talks")),
    **dict.fromkeys(("most", "trade", "products"), ()),
}
"""Option -> where it has a part besides lists of products."""

OF_LISTS = ("most", "trade", "products", "cut")
"""Options that have a part in lists of products, which are of two that talk."""


def without_part(given: Container[str], mode: Mode, lists: bool) -> str:
    """What to say of the first option of those given that has no part; empty where all have.

    Args:
        mode: what is played. lists: whether lists of products are made.
    """
    for name, modes in ONLY_OF.items():
        if name in given and mode not in modes and not (lists and name in OF_LISTS):
            where = " or ".join(MODES[mode] for mode in modes)
            return f"--{name.replace('_', '-')} is of {where or 'talks of two'}; drop it here"
    return ""
