"""Templates -> pages that ask the network for nothing: style, font and script stand inside, and no other may run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"


def _face(name: str, weight: int) -> str:
    letters = base64.b64encode((HERE / "fonts" / name).read_bytes()).decode()
    return (
        f'@font-face{{font-family:"Pax Sans";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{letters})}}"
    )


FONT_FACES = _face("arimo-regular.woff2", 400) + _face("arimo-bold.woff2", 700)
"""The letters that charts are measured with, for pages and pictures where they are not installed."""


def environment(*folders: Path) -> Environment:
    """Templates of some folders and of reports: everything of a context is escaped, a name it lacks is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(kind: str) -> str:
    """All style (`css`) or all script (`js`) of a report."""
    texts = (TEMPLATES / f"{name}.{kind}" for name in ("report", "texts"))
    return "".join(text.read_text(encoding="utf-8") for text in texts)


def render(template: str, context: Mapping[str, Any]) -> str:
    """A page from a template."""
    style, code = asset("css"), asset("js")
    text: str = (
        environment()
        .get_template(template)
        .render(
            {
                **context,
                "style": f"{FONT_FACES}\n{style}",
                "script": code,
                "script_hash": base64.b64encode(
                    hashlib.sha256(f"\n{code}".encode()).digest()
                ).decode(),
            }
        )
    )
    return text
