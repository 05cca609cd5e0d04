"""How numbers and amounts are written."""

from __future__ import annotations

import math

import pytest

from paxsilica.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-15, "0"),
        (-0.28412, "−0.284"),
        (0.0632, "0.0632"),
        (1234.56, "1,235"),
        (-9.999, "−10.0"),
    ],
)
def test_numbers_have_three_digits_and_a_true_minus(value, text):
    assert words.number(value) == text


def test_money_takes_the_unit_that_fits():
    assert words.money(9340.2) == "USD 9.34 billion"
    assert words.money(-348.1) == "USD −348 million"
    assert words.money(999.6) == "USD 1.00 billion"
    assert words.money(-999_600) == "USD −1.00 trillion"
    assert words.money(0.0) == words.signed_money(1e-12) == "USD 0"
    assert words.money(0.25) == "USD 250 thousand"
    assert words.money(2.5e6) == "USD 2.50 trillion"
    assert words.signed_money(348.1) == "USD +348 million"
    assert math.isfinite(float(words.billion(51_300)))
