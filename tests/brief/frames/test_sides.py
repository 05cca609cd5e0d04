"""Who acts and who is hit, where a sentence leaves it to its text, to law or to grammar."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read

SIDES = {
    # an act on goods that names no partner hits all; a tariff waits for a person to say so
    "Zambia has levied an export duty of 10 percent on copper concentrates.": "ZMB > *: 10",
    "Ghana said on Monday that a duty of 20% will be charged on cement. Nigeria did not comment.": "GHA > *: 20 waits",
    "Kenya and Uganda talked on Monday. Kenya will raise its duty on rice to 35%.": "KEN > *: 35 waits",
    "Peru imposed a safeguard duty of 15% on steel bars. Chile and Brazil had asked it not to.": "PER > *: 15 waits",
    "Chile's tariff on its products is 8%.": "CHL > nobody: 8 waits",
    "Ghana imposed a 20% tariff on goods from Togo. The duty on cement is 30%.": "GHA > TGO: 20, GHA > TGO: 30",
    "Peru imposed an anti-dumping duty of 15% on steel bars. Chile had asked it not to.": "PER > nobody: 15 waits",
}


def sides(text: str) -> str:
    """The measures of a text with a rate or a ban, each as `actor > targets: rate`, and whether it waits for a person."""
    found = []
    for m in read(document_of(text.encode(), "made-up.txt")).measures:
        if m.rate is not None or "ban" in m.type:
            who = "/".join(m.implementers) or "nobody"
            whom = "/".join(m.targets) or "nobody"
            level = f"{m.rate.value:g}" if m.rate is not None else m.type.lower()
            found.append(f"{who} > {whom}: {level}{' waits' * bool(m.needs)}")
    return ", ".join(found)


@pytest.mark.parametrize("text", SIDES)
def test_who_acts_on_whom(text):
    assert sides(text) == SIDES[text]
