"""A page in a real browser, and what is wrong with how it looks there.

The browser is Chromium with DejaVu as its only fonts, where these are installed, so that what fits here fits on a
machine without Arial. It reaches no network.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
WIDTHS = (1400, 1050, 390)
PAPER = 717
"""Pixels that A4 has between its margins."""

HEIGHT = 900
INSIDE = ("file:", "data:", "blob:", "about:")
FONTS = "<fontconfig><dir>{}</dir><include>/etc/fonts/conf.d</include></fontconfig>"

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

Scheme = Literal["light", "dark"]
Medium = Literal["screen", "print"]


@contextmanager
def chromium(dejavu: bool = True) -> Iterator[Browser]:
    """The browser of this machine, which `CHROMIUM` must name; with DejaVu alone, or every font."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        fonts = Path(folder) / "fonts.conf"
        found = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None) if dejavu else None
        if found:
            fonts.write_text(FONTS.format(found.parent), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"],
            env={**os.environ, **({"FONTCONFIG_FILE": str(fonts)} if found else {})},
        )
        yield browser
        browser.close()


@contextmanager
def watched(
    browser: Browser, inside: tuple[str, ...], **how: Any
) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, and what it asks for elsewhere or complains of, a list that grows.

    Args:
        inside: how the addresses begin that it may ask for. how: of its context.
    """
    context = browser.new_context(**how)
    page, complaints = context.new_page(), list[str]()
    page.on("request", lambda r: r.url.startswith(inside) or complaints.append(r.url))
    page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    context.close()


@contextmanager
def opened(browser: Browser, path: Path, scale: float = 1.0) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what it asked for outside or complained of, a list that grows.

    Args:
        scale: pixels of a picture of it by pixel of its style.
    """
    size: Any = {"width": WIDTHS[0], "height": HEIGHT}
    with watched(browser, INSIDE, viewport=size, device_scale_factor=scale) as (page, complaints):
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready.then(() => 0)")
        yield page, complaints


def unfold(page: Page, folded: bool = False) -> None:
    """Open what is folded, or fold it all again."""
    page.evaluate(
        "folded => document.querySelectorAll('details').forEach(d => d.open = !folded)", folded
    )


def shown(page: Page, width: int, scheme: Scheme = "light", media: Medium = "screen") -> None:
    """The page at a width in pixels, in light or dark, on a screen or in print."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme, media=media)


def too_wide(page: Page) -> list[str]:
    """What makes the whole page scroll sideways."""
    return _called(page, "tooWide")


def misplaced(page: Page) -> list[str]:
    """Texts of charts that lie outside, are cut short, overlap or are tiny, and texts that are cut off elsewhere."""
    return _called(page, "misplaced") + _called(page, "cutOff")


def codes(page: Page) -> list[str]:
    """Codes, keys and exponents that a reader meets, and one of what is many."""
    return _called(page, "codes")


def _called(page: Page, name: str) -> list[str]:
    return page.evaluate(f"() => {{ {SCRIPT}\n return {name}(); }}")


def barriers(page: Page) -> list[str]:
    """What axe-core objects to, whatever its weight, but for contrast."""
    return _violations(page, None, {"rules": {"color-contrast": {"enabled": False}}})


def faint(page: Page) -> list[str]:
    """Texts that axe-core finds too faint, in the first rows of each table: one row has the colours of another."""
    few = {"exclude": [["tbody tr:nth-child(n+3)"]]}
    return _violations(page, few, {"runOnly": ["color-contrast"]})


def _violations(page: Page, part: dict[str, Any] | None, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, part, {"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
    ]


def complaints(page: Page) -> Iterator[str]:
    """What is wrong with a page: folded and unfolded, wide and narrow, in light, in dark and on paper.

    Rules that hold whatever the colours are asked once for each width, and contrast once for each scheme.
    """
    shown(page, 1050)
    yield from barriers(page)
    unfold(page)
    for width in WIDTHS:
        shown(page, width)
        yield from (f"at {width} px: {what}" for what in too_wide(page) + misplaced(page))
    yield from barriers(page) + faint(page) + codes(page)
    shown(page, 1050, scheme="dark")
    yield from (f"in the dark: {what}" for what in faint(page))
    shown(page, PAPER, media="print")
    yield from (f"on paper: {what}" for what in too_wide(page))
