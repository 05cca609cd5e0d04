"""Materials and HS codes as people write them, and the edition that the trade table counts by."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.errors import LabelError
from paxsilica.names.products import hs_names, later_codes, materials, product

EDITIONS = ("1992", "1996", "2002", "2007", "2012", "2017", "2022")


@given(st.sampled_from(materials()), st.sampled_from([str, str.lower, str.upper, str.title]))
def test_every_material_is_itself_by_code_and_name(material, case) -> None:
    assert product(case(material.code)) == product(f" {case(material.name)} ") == material.code


def test_symbols_of_elements() -> None:
    """Fe and P stand for two materials each; the first of the catalogue has them."""
    assert [product(symbol) for symbol in ("Li", "ga", "Co", "REE")] == [
        *("lithium", "gallium", "cobalt", "rare-earths")
    ]


@given(st.sampled_from(sorted(hs_names())), st.sampled_from(["", "HS", "hs ", "HS "]))
def test_every_code_is_itself_with_dots_spaces_and_prefix(code, prefix) -> None:
    for text in (code, f"{code[:4]}.{code[4:]}", f"{code[:2]} {code[2:4]} {code[4:]}"):
        assert product(prefix + text) == code


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "811292",
            "--material: HS 811292 is a code of HS 2002; the trade table counts by HS 1992, where 811291 holds it, "
            "which is not in the table",
        ),
        ("8105.20", "where 810510 holds it; name 810510"),
        (
            "250300",
            "of HS 1996; the trade table counts by HS 1992, where 250310 and 250390 hold it; name 250310",
        ),
        ("2846.90.10", "in six digits; 284690 (Other rare-earth compounds) holds it"),
        ("2846", "HS 2846 is a heading; name one of its codes in the trade table: 284610, 284690"),
        ("284699", "for raw materials alone; of heading 2846 it has 284610, 284690"),
        ("999999", "--material: unknown HS code 999999: the trade table counts by HS 1992"),
        ("lithum", "unknown material 'lithum'; did you mean lithium (Lithium)?"),
        (" ", "--material: unknown material ''; valid ones begin with aluminium"),
    ],
)
def test_what_the_table_does_not_hold_is_told_where_it_is(written, told) -> None:
    with pytest.raises(LabelError) as caught:
        product(written, "--material")
    assert told in str(caught.value)


def test_later_codes_are_held_by_what_the_concordance_says(shared: Path) -> None:
    """Link by link, from each edition of the Harmonised System to the one before."""
    import pandas as pd

    table = pd.read_parquet(shared / "hs_concordances" / "hs_revisions_concordance.parquet")
    links = {
        edition: table[table.adjustment == f"{edition} to {before}"]
        for before, edition in pairwise(EDITIONS)
    }
    held = {code: {code} for code in links["1996"]["code.before"].astype(str).str.zfill(6)}
    first: dict[str, tuple[str, set[str]]] = {}
    for edition, rows in links.items():
        found: dict[str, set[str]] = {}
        for after, before in rows[["code.after", "code.before"]].astype(str).to_numpy():
            found.setdefault(after.zfill(6), set()).update(held.get(before.zfill(6), set()))
        new = {code: (edition, old) for code, old in found.items() if code not in held}
        first = {**new, **first}
        held = found
    for code, (edition, old) in later_codes().items():
        assert first[code] == (edition, set(old)), code
