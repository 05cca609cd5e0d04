"""Build the packaged product lists of policies beyond US duties. Run by maintainers:

    python tools/build_policy_lists.py --shared ../shared [--out src/paxsilica/policy/library/lists]

Reads SHARED/data/us_tariff_lists_waugh: what Canada and China put on goods of the United States in March 2025, by their
own tariff lines of eight digits. Beyond the sixth digit these are no codes of anybody else, so each list is written by HS
codes of six digits. Canada's rate on one is that of the order times the part of its Canadian lines that the list names
(the lines that the three lists name together stand in for the schedule); China's is the whole rate, since its
schedule is not at hand. Special chapters 98 and 99 and codes that HS 2022 lacks are left out, and counted on the screen.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from given import data_and_out
from paxsilica.policy.library import ENTRY_FOLDER
from paxsilica.policy.products import EDITIONS, editions

METALS = ("72", "73", "76")
"""Chapters of steel, of articles of it, and of aluminium."""


def lines(path: Path, column: int = 0) -> set[str]:
    """Tariff lines of a list, eight digits each."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = (re.sub(r"\D", "", row[column]) for row in csv.reader(file) if row)
        return {line.zfill(8) for line in found if line}


def canadian(listed: Iterable[str], schedule: Iterable[str]) -> dict[str, float]:
    """Code of six digits -> part of its tariff lines that are listed."""
    of = Counter(line[:6] for line in schedule)
    return {code: n / of[code] for code, n in Counter(line[:6] for line in listed).items()}


def write(path: Path, rate: float, codes: Mapping[str, float]) -> None:
    known = {code: part for code, part in sorted(codes.items()) if code in editions()[EDITIONS[-1]]}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["product", "rate"])
        writer.writerows([code, f"{rate * part:.4g}%"] for code, part in known.items())
    print(f"{path.name}: {len(known)} codes, {len(codes) - len(known)} left out")


def main() -> None:
    data, out = data_and_out(__doc__ or "", ENTRY_FOLDER / "lists")
    raw = data / "us_tariff_lists_waugh"
    march, metals, rest = (
        lines(raw / f"canada-{name}-list.csv") for name in ("march", "steel", "125b")
    )
    schedule = march | metals | rest
    write(out / "canada-march.csv", 25, canadian(march, schedule))
    steel = {line for line in metals if line[:2] in METALS}
    write(out / "canada-metals.csv", 25, canadian(steel, schedule))
    write(out / "canada-other.csv", 25, canadian(metals - steel, schedule))
    for rate in (10, 15):
        found = {line[:6]: 1.0 for line in lines(raw / f"china-{rate}-percent-030425.csv", 1)}
        write(out / f"china-march-{rate}.csv", rate, found)


if __name__ == "__main__":
    main()
