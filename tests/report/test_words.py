"""How numbers and amounts are written."""

from __future__ import annotations

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


def test_a_band_beside_a_verb_has_no_sign_unless_the_sign_is_not_known():
    assert words.band_after_verb(-0.58, (-1.46, -0.583)) == "0.583 to 1.46 %"
    assert (
        words.band_after_verb(0.58, (0.583, 1.46), " over 9 sets") == "0.583 to 1.46 % over 9 sets"
    )
    assert words.band_after_verb(0.58, (-2.06, 2.66), " over 9 sets") == (
        "−2.06 to +2.66 % over 9 sets; sign not known"
    )
    assert words.band_after_verb(0.58, (-2.06, -1.0)) == "−2.06 to −1.00 %; sign not known"
    assert (
        words.band_after_verb(-931, (-2060, -200), say=words.money_range)
        == "USD 0.200 to 2.06 billion"
    )
    assert words.band_after_verb(-931, (-2060, 2660), say=words.money_range) == (
        "USD −2.06 to +2.66 billion; sign not known"
    )
    assert words.band_after_verb(1.0, ()) == ""
