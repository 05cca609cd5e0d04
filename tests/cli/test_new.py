"""`pax new`: what it prints, writes and refuses."""

from __future__ import annotations

QUESTION = "US 18 % on India from 2026-02-07"


def test_the_file_is_printed_and_what_was_understood_is_said_beside_it(pax, tmp_path):
    status, printed, said = pax("new", QUESTION)
    assert status == 0
    assert "From 2026-02-07 the United States sets its tariff on goods from India to 18 %." in said
    file = tmp_path / "asked.yaml"
    file.write_text(printed)
    status, printed, _ = pax("validate", str(file))
    assert (status, printed.splitlines()[0]) == (0, f"{file}: valid. {QUESTION}")


def test_a_file_is_written_once(pax, tmp_path):
    file = tmp_path / "new" / "asked.yaml"
    status, printed, said = pax("new", QUESTION, "--out", str(file))
    assert (status, printed) == (0, "")
    assert f"{file}: written" in said
    before = file.read_text()
    status, printed, said = pax("new", "EU 5 % on India", "--out", str(file))
    assert (status, printed) == (2, "")
    assert "exists; name a new file" in said
    assert file.read_text() == before


def test_what_is_not_understood_writes_nothing(pax, tmp_path):
    for question in ("18 % on India", "US 18 on India", "India 18 % on Indian cars", ""):
        status, printed, said = pax("new", question, "--out", str(tmp_path / "asked.yaml"))
        assert (status, printed) == (2, "")
        assert len(said.splitlines()) == 1
        assert not [*tmp_path.glob("*.yaml")]
