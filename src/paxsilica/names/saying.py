"""Names as they stand in sentences: articles, lists, capitals."""

from __future__ import annotations

from paxsilica.errors import joined as joined
from paxsilica.names.places import country_names

TAKES_ARTICLE = (
    *("United ", "Russian ", "Netherlands", "Philippines", "Rest of", "Czech Republic"),
    *("Slovak Republic", "Democratic ", "Dominican ", "Republic of", "Central African"),
    *("Bahamas", "Gambia"),
)
"""How the names begin that stand with `the` inside a sentence."""


def with_article(name: str) -> str:
    """A name as it stands inside a sentence: `the United States`."""
    return f"the {name}" if name.startswith(TAKES_ARTICLE) else name


def inside(name: str) -> str:
    """A name as it stands inside a sentence: `motor vehicles`, but `IT services` and `NdFeB magnets`."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def several(who: str) -> bool:
    """Whether a name in a sentence is of more than one, so that its verb has no s: São Tomé and Príncipe is one."""
    for name in country_names().values():
        if " and " in name:
            who = who.replace(name, "")
    return " and " in who or who.startswith("all ")


def does(who: str, verb: str) -> str:
    """The verb as it follows a name: `India loses`, `Japan and Korea lose`."""
    return verb if several(who) else f"{verb}s"
