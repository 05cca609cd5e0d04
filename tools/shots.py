"""Draw pages as pictures, for people to judge how they look:

    python tools/shots.py                         # a page of every command, on the packaged data
    python tools/shots.py run coerce              # those whose name begins so; --list lists them
    python tools/shots.py build/x/report.html     # pages that are there already
    python tools/shots.py --small                 # the small pages that the tests look at

Each page gets a folder below --out (default build/shots) with

    first-1400.png first-1050.png first-390.png   the first screen: what is seen before anybody scrolls
    light-1050.png light-390.png dark-1050.png dark-390.png   the whole page as it opens
    open-1050.png open-390.png                    the whole page with every part unfolded
    paper-1.png ...                               as printed on A4, the first pages
    complaints.txt                                what the tests would say of it; empty where nothing is wrong

390 pixels are a phone. The only fonts are DejaVu's, where these are installed; --fonts takes those of this machine.
It needs Chromium or Chrome, and the packages of the tests (`make test` installs them).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from itertools import chain
from pathlib import Path

import pypdfium2

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from browsing import CHROMIUM, chromium, complaints, opened, shown, unfold
from every_page import PAGES, small_desk, written_page

ROOT = Path(__file__).resolve().parents[1]

COMMANDS = {
    "run-tariff": "run examples/us-india-tariff-50.yaml",
    "run-exemptions": "run examples/us-india-exemptions.yaml",
    "run-agreement": "run examples/india-eu-fta.yaml",
    "run-ban": "run examples/chip-export-ban.yaml",
    "run-oil-short": "run examples/russian-crude-ban.yaml",
    "run-oil-long": "run examples/russian-crude-ban-long-run.yaml",
    "run-cut": "run examples/us-india-cut-18.yaml",
    "run-draws": "run examples/us-india-tariff-50.yaml --horizon 1y --draws 200",
    "run-path": "run examples/us-india-law.yaml --path 2024-01..2030-12",
    "score": "score",
    "compare": "compare examples/us-india-tariff-50.yaml examples/us-india-exemptions.yaml",
    "compare-cut": "compare examples/us-india-tariff-50.yaml examples/us-india-cut-18.yaml",
    "sweep": "sweep examples/sweep-us-india.yaml",
    "depend": "depend IND --them CHN",
    "depend-group": "depend EU",
    "depend-inputs": "depend IND --them CHN --inputs",
    "depend-material": "depend IND --material 270900 --material lithium",
    "chains": "chain",
    "chain-chips": "chain chips --cut CHN",
    "chain-link": "chain magnets --cut CHN --link",
    "chain-own": "chain examples/chains/own-nuclear-fuel.yaml",
    "target": "target USA IND --trade 131.84 --since 2024-25 --goal 500 --by 2030 --purchases energy=15,C302T309=8 "
    "--non-tariff 5%",
    "target-far": "target CHN IND --goal 8000 --by 2028 --horizon short_run --no-bands",
    "coerce": "coerce CHN IND",
    "coerce-relief": "coerce CHN IND --relief --allies USA,JPN,KOR,AUS",
    "coerce-matrix": "coerce --matrix --regions 15",
    "coerce-sectors": "coerce --matrix --by-sector --regions 6",
    "ally": "ally pax-silica",
    "ally-add": "ally pax-silica --add IND --rivals CHN,RUS",
    "ally-next": "ally pax-silica --who-next",
    "negotiate": "negotiate USA IND",
    "negotiate-alone": "negotiate USA",
    "negotiate-war": "negotiate --nash USA CHN EU IND",
    "negotiate-deal": "negotiate USA IND --tranche 5 --red-lines A01",
    "brief": "brief examples/briefing.md --run --no-keep",
}
"""By name of a page the command that writes it."""

TALLEST, SHEETS = 16_000, 6
"""Pixels of a picture that Chromium can make, and sheets of paper that are drawn."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", metavar="NAME or FILE.html")
    parser.add_argument("--out", type=Path, default=Path("build/shots"), help="where to write")
    parser.add_argument("--small", action="store_true", help="the small pages of the tests")
    parser.add_argument("--fonts", action="store_true", help="with every font of this machine")
    parser.add_argument("--list", action="store_true", help="list the names and end")
    given = parser.parse_args()
    known = dict.fromkeys(PAGES, "") if given.small else COMMANDS
    if given.list:
        print(
            "\n".join(
                f"{name:16} {command and f'pax {command}'}" for name, command in known.items()
            )
        )
        return
    if CHROMIUM is None:
        parser.error("no Chromium or Chrome on PATH")
    chosen = [name for name in known if not given.pages or name.startswith(tuple(given.pages))]
    files = [Path(page).resolve() for page in given.pages if page.endswith(".html")]
    if not (chosen or files):
        parser.error("no page begins so; --list lists the names")
    given.out.mkdir(parents=True, exist_ok=True)
    out = given.out.resolve()
    with tempfile.TemporaryDirectory() as work, chromium(dejavu=not given.fonts) as browser:
        made = _small(chosen, Path(work)) if given.small else _asked(chosen, Path(work))
        for name, page in chain(((path.parent.name, path) for path in files), made):
            found = draw(browser, page, out / name)
            print(f"{out / name}: {len(found)} complaints", flush=True)


def _small(names: list[str], work: Path) -> Iterator[tuple[str, Path]]:
    desk = small_desk()
    for name in names:
        with chdir(work):
            yield name, written_page(name, desk, work)


def _asked(names: list[str], work: Path) -> Iterator[tuple[str, Path]]:
    pax = Path(sys.executable).with_name("pax")
    for name in names:
        command = [pax, *COMMANDS[name].split(), "--out", work / name]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        yield name, next((work / name).glob("*.html"))


def draw(browser, path: Path, folder: Path) -> list[str]:
    """Write the pictures of a page, and what is wrong with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened(browser, path, scale=2.0) as (page, asked):

        def shot(name: str, width: int, scheme: str = "light", whole: bool = True) -> None:
            shown(page, width, scheme)
            tall = page.evaluate("document.documentElement.scrollHeight") if whole else 900
            clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}
            scale = "device" if width < 600 and tall < TALLEST // 2 else "css"
            page.screenshot(
                path=folder / f"{name}-{width}.png", clip=clip, full_page=True, scale=scale
            )

        for width in (1400, 1050, 390):
            shot("first", width, whole=False)
        for width in (1050, 390):
            shot("light", width)
            shot("dark", width, "dark")
        unfold(page)
        for width in (1050, 390):
            shot("open", width)
        unfold(page, folded=True)
        margin = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
        page.emulate_media(media="print", color_scheme="light")
        pdf = page.pdf(format="A4", print_background=True, margin=margin)
        printed = pypdfium2.PdfDocument(pdf)
        for number in range(min(len(printed), SHEETS)):
            picture = printed[number].render(scale=1.5).to_pil()
            picture.save(folder / f"paper-{number + 1}.png")
        found = [*complaints(page), *asked]
    (folder / "complaints.txt").write_text("".join(f"{what}\n" for what in found), "utf-8")
    return found


if __name__ == "__main__":
    main()
