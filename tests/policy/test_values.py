"""Amounts with units, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.policy.values import Amount, parse_amount


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("500 million USD", 5e8, "USD"),
        ("USD 1.5 bn", 1.5e9, "USD"),
        ("$60/bbl", 60.0, "USD/bbl"),
        ("60 USD per barrel", 60.0, "USD/bbl"),
        ("0.30 USD/kg", 300.0, "USD/t"),
        ("75 EUR / t", 75.0, "EUR/t"),
        ("1.5 million t", 1.5e6, "t"),
        ("250 kg", 0.25, "t"),
        ("80 %", 0.8, "%"),
        ("-3 thousand units", -3000.0, "unit"),
        ("2 m3", 2.0, "m3"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, value: float, unit: str) -> None:
    found = parse_amount(written)
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.unit == unit


@pytest.mark.parametrize("written", ["500", "million USD", "5 fathoms", "1,000 USD", "5 usd", ""])
def test_a_number_without_a_unit_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        parse_amount(written)


@given(
    st.floats(0.001, 1e12).map(lambda x: float(f"{x:.10g}")),
    st.sampled_from(["USD", "t", "EUR/t", "USD/bbl", "unit"]),
)
def test_what_is_shown_is_read_back(value: float, unit: str) -> None:
    again = parse_amount(str(Amount(value, unit)))
    assert again.unit == unit
    assert again.value == pytest.approx(value, rel=1e-9)
