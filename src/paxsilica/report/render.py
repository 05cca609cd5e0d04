"""A folder with `report.html`, `charts/` and the files beside them.

Drawing takes two seconds of one core, half a second of which is the start of the renderer, so it happens in a second
process (`draw.py`) while this one writes the tables. An SVG is rendered once and reused: inside the page, as a file, and
for the PNG.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from paxsilica.errors import PaxError
from paxsilica.report import draw
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.look import Figure


def write_folder(
    directory: str | Path,
    figures: Sequence[Figure],
    texts: Mapping[str, Callable[[], str]],
    page: Callable[[dict[str, str]], str],
) -> Path:
    """Write a report's folder, whole or not at all, and return the path of `report.html`.

    Args:
        texts: the files beside the page, by name, made while the figures are drawn.
        page: makes the HTML from the figures' SVG by name.

    Raises:
        InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
        PaxError: the renderer is missing or failed.
    """
    with filled(check_folder(directory), directory) as partial:
        charts = partial / "charts"
        charts.mkdir()
        with drawing({figure.name: figure.spec for figure in figures}, charts):
            for name, text in texts.items():
                (partial / name).write_text(text(), encoding="utf-8", newline="")
        drawn = {
            figure.name: for_page(
                (charts / f"{figure.name}.svg").read_text(encoding="utf-8"),
                figure.name,
                figure.says,
            )
            for figure in figures
        }
        (partial / "report.html").write_text(page(drawn), encoding="utf-8")
    return Path(directory) / "report.html"


def json_text(value: Any) -> str:
    """A file's JSON: readable, and of every machine: NaN and infinities are refused."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@contextmanager
def drawing(specs: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Draw `name -> specification` into `folder` while the body runs; when it ends, every `.svg` and `.png` is there.

    Raises:
        OSError: the pictures cannot be written. PaxError: the renderer is missing or failed.
    """
    if not specs:
        yield
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder) as orders:
        json.dump(specs, orders)
        orders.seek(0)
        command = [sys.executable, "-P", draw.__file__, str(folder)]
        child = subprocess.Popen(
            command, stdin=orders, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            yield
            _, complaint = child.communicate()
        finally:
            child.kill()
            child.wait()
            if child.stderr:
                child.stderr.close()
    if child.returncode == draw.UNWRITTEN:
        raise OSError(int(complaint), os.strerror(int(complaint)))
    if child.returncode:
        why = complaint.strip().rpartition("\n")[2] or f"the renderer ended with {child.returncode}"
        raise PaxError(
            f"the charts could not be drawn ({why}); install vl-convert-python anew, or leave out --out"
        )


def for_page(svg: str, name: str, says: str) -> str:
    """The SVG as it stands inside the page: no background, no fixed size, and names of its own for its gradients."""
    svg = re.sub(r'<rect width="[\d.]+" height="[\d.]+" fill="white"\s*/>', "", svg, count=1)
    svg = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{name}-", svg)
    width = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    box = f'role="img" aria-label="{escape(says)}" style="max-width:{width[1] if width else 800}px"'
    return re.sub(r'(<svg\b[^>]*?) width="[\d.]+" height="[\d.]+"', rf"\1 {box}", svg, count=1)
