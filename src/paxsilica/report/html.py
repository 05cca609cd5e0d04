"""Templates -> pages that ask the network for nothing: style and script stand inside, and no other script may run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"


def render(
    template: str,
    context: Mapping[str, Any],
    styles: Sequence[str] = ("report.css",),
    script: str = "report.js",
) -> str:
    """A page from a template: everything of the context is escaped, a name it lacks is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    code = (TEMPLATES / script).read_text(encoding="utf-8")
    text: str = environment.get_template(template).render(
        {
            **context,
            "style": "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in styles),
            "script": code,
            "script_hash": base64.b64encode(hashlib.sha256(f"\n{code}".encode()).digest()).decode(),
        }
    )
    return text
