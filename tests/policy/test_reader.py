"""Files and YAML: what is read stays text, and what is refused names file, line and remedy."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.errors import ScenarioError
from paxsilica.policy import load_scenario
from paxsilica.policy.reader import MOST_ENTRIES, decode, parse, read_text


def test_every_scalar_is_text() -> None:
    text = (
        'a: NO\nb: 0101\nc: 2025-08-07\nd: 1e3\ne: [yes, null, ~, .inf, 0x1F]\nf: "quoted"\ng: ""\n'
    )
    tree = parse(text, "s.yaml").tree
    assert tree == {
        "a": "NO",
        "b": "0101",
        "c": "2025-08-07",
        "d": "1e3",
        "e": ["yes", "null", "~", ".inf", "0x1F"],
        "f": "quoted",
        "g": "",
    }


def test_every_entry_knows_its_line() -> None:
    document = parse("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", "s.yaml")
    assert document.lines == {
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
        ("b", 1, "d"): 5,
    }
    assert document.line(("b", 1, "missing")) == 4
    assert document.line(("missing",)) == 1


BAD_YAML = {
    "alias bomb": ("a: &a [x, x]\nb: [*a, *a]\n", 1, "anchors and aliases"),
    "alias": ("a: x\nb: *a\n", 2, "anchors and aliases"),
    "merge of an anchor": ("a: 1\nb: {<<: &x {c: 1}}\n", 2, "anchors and aliases"),
    "tag": ("a: x\nb: !!python/object x\n", 2, "tags (!) are not allowed"),
    "standard tag": ("a: !!int 3\n", 1, "tags (!) are not allowed"),
    "duplicate key": ("a: x\nb: x\na: y\n", 3, "key 'a' stands twice (first in line 1); keep one"),
    "nested duplicate key": ("a:\n  b: x\n  b: y\n", 3, "stands twice (first in line 2)"),
    "second document": ("a: x\n---\nb: y\n", 2, "keep one per file and stack them: a.yaml+b.yaml"),
    "directive": ("%YAML 1.9\n---\na: x\n", 1, "directives"),
    "too deep": ("a: x\nb: " + "[" * 30 + "]" * 30, 2, "nested deeper than 20 levels"),
    "tab": ("a:\n\tb: x\n", 2, "replace it with spaces"),
    "open bracket": ("a: [x,\nb: y\n", 2, "check indentation, colons and closing brackets"),
    "open quote": ("a: 'x\n", 1, "is not valid YAML"),
    "bad indentation": ("a: x\n b: y\n", 2, "check indentation"),
    "control character": ("a: x\nb: \x07\n", 2, "control character"),
    "impossible escape": ('a: "\\UFFFFFFFF"\n', 1, "write the character itself"),
    "no value": ("a: x\nb:\n", 2, "'b' has no value; write one or remove the line"),
    "empty entry": ("a:\n  - x\n  -\n", 3, "has no value"),
    "key that is a list": ("? [a]\n: b\n", 1, "a key must be plain text"),
    "list on top": (
        "- a\n",
        1,
        "must be a mapping of keys; begin with `schema: paxsilica/scenario@1`",
    ),
    "text on top": ("hello\n", 1, "must be a mapping of keys"),
}


@pytest.mark.parametrize(("text", "line", "remedy"), BAD_YAML.values(), ids=BAD_YAML)
def test_bad_yaml_is_refused_in_one_line(text: str, line: int, remedy: str) -> None:
    try:
        (refusal,) = parse(text, "s.yaml").problems.values()
    except ScenarioError as error:
        refusal = error
    message = str(refusal)
    assert message.startswith(f"s.yaml:{line}: ")
    assert remedy in message
    assert "\n" not in message


def test_what_leaves_the_rest_readable_is_said_with_what_does_not() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse("a: x\nb:\na: y\nc: [\n", "s.yaml")
    assert [line.split(":")[1] for line in str(caught.value).split("\n")] == ["2", "3", "4"]


def test_a_decimal_comma_in_braces_is_one_value() -> None:
    """YAML takes the comma for the end of the entry."""
    document = parse("{rate: -25,5%, b: {c: 1.234,56 %, d: 5}, e: 6}", "s.yaml")
    assert document.tree == {"rate": "-25,5%", "b": {"c": "1.234,56 %", "d": "5"}, "e": "6"}
    assert not document.problems
    assert list(parse("{a: 5, b}", "s.yaml").problems) == [("b",)]
    assert list(parse("{a: x, 6}", "s.yaml").problems) == [("6",)]


def test_too_many_entries() -> None:
    with pytest.raises(ScenarioError, match=r"s\.yaml:1: holds more than 50,000 entries; split it"):
        parse("a: [" + "x," * (MOST_ENTRIES + 2) + "]", "s.yaml")


@pytest.mark.parametrize("text", ["", "  \n\n", "# only a comment\n"])
def test_empty_text(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"s\.yaml: is empty; begin with `schema"):
        parse(text, "s.yaml")


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\t\\U0\x00\x85é", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ScenarioError):
        parse(text, "s.yaml")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(ScenarioError):
        parse(decode(content, "s.yaml"), "s.yaml")


# ---- files -----------------------------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_text(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    return message


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "chips.yaml").write_text("a: b")
    assert refusal(tmp_path / "chip.yaml").endswith("no such file; did you mean chips.yaml?")
    assert "check the spelling" in refusal(tmp_path / "quite-another-name.yaml")
    assert "there is no folder" in refusal(tmp_path / "none" / "chips.yaml")
    assert "cannot be read" in refusal(tmp_path / ("x" * 300))


def test_folder(tmp_path: Path) -> None:
    assert "is a folder; name one scenario file in it" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.touch()
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value) == f"{path}: is empty; begin with `schema: paxsilica/scenario@1`"


def test_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\x89PNG\r\n\x00\x00")
    assert "is not a text file; save the scenario as plain text in UTF-8" in refusal(path)


def test_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: x\nb: São Tomé\n".encode("latin-1"))
    assert refusal(path).startswith(f"{path}:2: byte 0xe3 is not UTF-8; save the file as UTF-8")


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("a: x\n".encode("utf-8-sig"))
    assert parse(read_text(path)).tree == {"a": "x"}


def test_file_of_100_mb_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, 100_000_000)
    assert refusal(path).endswith("is 100.0 MB; a scenario has at most 1 MB")


def test_device_is_not_read() -> None:
    assert "is not a regular file" in refusal(Path("/dev/null"))
