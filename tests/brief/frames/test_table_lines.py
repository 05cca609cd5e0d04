"""Lines of a table: cells stand where they say they do, and masks hide percentages and nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.brief.frames.table_lines import BOUND, ONE, TableCell, cells_of_line, masked_page

PIECES = ("Japan", "wine", "7%", "5-10%", "+3%", "x", " ", "\t", "\n", ";", "....", "- ", "1. ")


@given(st.text(alphabet="aJ|\t .;…_-•1.", max_size=40))
@settings(max_examples=300, deadline=None)
def test_cells_stand_where_they_say_in_order(words: str) -> None:
    line = "ahead " + words
    end = 6
    for cell in cells_of_line(TableCell(6, words)):
        assert line[cell.start : cell.end] == cell.words == cell.words.strip()
        assert cell.start >= end
        end = cell.end


@given(st.lists(st.sampled_from(PIECES)))
@settings(max_examples=200, deadline=None)
def test_a_mask_keeps_every_place_and_all_that_is_no_percentage(pieces: list[str]) -> None:
    page = masked_page("".join(pieces))
    assert len(page.text) == len(page.raw)
    for raw, masked in zip(page.raw, page.text, strict=True):
        assert masked in (raw, ONE, BOUND) or (raw, masked) == ("\n", "\t")
        assert masked not in (ONE, BOUND) or raw in "0123456789%- "
    assert all(page.text[at] in (ONE, BOUND) for at in page.values)


def test_ends_of_a_range_are_bounds_and_a_rise_is_no_rate() -> None:
    page = masked_page("tin 7%, 5-10%, +3%")
    assert sorted(page.values.values()) == [5, 7, 10]
    assert page.text.replace(ONE, "1").replace(BOUND, "0").startswith("tin 11, 0")
    assert page.text.endswith("+3%")
