"""Which kind of act a text tells of, which goods it is on, and what is no act of its own."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read


def measures(text: str):
    return read(document_of(text.encode(), "made-up.txt")).measures


def drafted(text: str):
    """Kind, who acts, who is hit, rate and goods of each measure that waits for nobody."""
    return [
        (m.type, m.implementers, m.targets, m.rate.value if m.rate else None, m.products)
        for m in measures(text)
        if not m.needs
    ]


DUTIES_ON_EXPORTS = {
    "Vietnam introduces a duty of 10% on the export of pepper.": ("Export tax", "VNM", "*"),
    "The duty on the export of rice from Vietnam will be 5%.": ("Export tax", "VNM", "*"),
    "Vietnam raised its taxes on pepper exports from 5% to 8%.": ("Export tax", "VNM", "*"),
    "Vietnam set the export customs duty on pepper at 8%.": ("Export tax", "VNM", "*"),
    "Vietnam imposed an 8% export duty on pepper.": ("Export tax", "VNM", "*"),
    "Vietnam imposed an 8% duty on pepper exports to Japan.": ("Export tax", "VNM", "JPN"),
    "Japan imposed an 8% duty on pepper exports from Vietnam.": ("Import tariff", "JPN", "VNM"),
    "Japan imposed an 8% tariff on Vietnamese pepper exports.": ("Import tariff", "JPN", "VNM"),
    "Vietnamese pepper exports face an 8% tariff in Japan.": ("Import tariff", "JPN", "VNM"),
    "Japan imposed an 8% tariff on imports of pepper.": ("Import tariff", "JPN", "*"),
}


@pytest.mark.parametrize("text", DUTIES_ON_EXPORTS)
def test_a_duty_on_what_its_own_state_sells_is_an_export_tax_on_all_buyers(text):
    ((kind, actor, target, rate, _goods),) = drafted(text)
    assert (kind, *actor, *target) == DUTIES_ON_EXPORTS[text]
    assert rate in (5, 8, 10)
