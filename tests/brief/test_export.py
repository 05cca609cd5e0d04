"""Exports: JSON-LD whose words stand where it says, and tables that come back cell by cell."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from brief.readings import made_up, small_record
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.brief.export import CONTEXT, TABLES, to_csv, to_jsonld, value_at
from paxsilica.brief.record import Reading, Record
from paxsilica.files import unguarded


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in a tree of JSON."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(part)


def annotations(graph: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    found = (
        node for node in graph if node["@type"] == "oa:Annotation" and "@type" in node["oa:hasBody"]
    )
    return [node for node in found if node["oa:hasBody"]["@type"][0] == kind]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# JSON-LD


def test_every_selector_quotes_the_text_where_it_points() -> None:
    record = small_record()
    texts = {
        f"urn:sha256:{reading.document.sha256}": reading.document.text
        for reading in record.readings
    }
    places = [
        node for node in nodes(to_jsonld(record)) if node.get("@type") == "oa:SpecificResource"
    ]
    assert len(places) > 30
    for place in places:
        position, words = place["oa:hasSelector"]
        text, start, end = (
            texts[place["oa:hasSource"]["@id"]],
            position["oa:start"],
            position["oa:end"],
        )
        assert (position["@type"], words["@type"]) == (
            "oa:TextPositionSelector",
            "oa:TextQuoteSelector",
        )
        assert text[start:end] == words["oa:exact"]
        assert text[:start].endswith(words["oa:prefix"])
        assert text[end:].startswith(words["oa:suffix"])


def test_each_item_has_an_annotation_with_its_provenance() -> None:
    record = small_record()
    graph = to_jsonld(record)["@graph"]
    for kind in (
        "statements",
        "events",
        "measures",
        "commitments",
        "times",
        "quantities",
        "assertions",
    ):
        items = [item for reading in record.readings for item in getattr(reading, kind)]
        found = annotations(graph, type(items[0]).__name__)
        assert len(found) == len(items)
        for node in found:
            source = node["oa:hasBody"]["prov:wasDerivedFrom"]["@id"]
            assert source in {
                f"urn:sha256:{reading.document.sha256}" for reading in record.readings
            }
    sha = record.readings[0].document.sha256
    statement = annotations(graph, "Statement")[0]
    assert statement["oa:hasBody"]["@id"] == f"urn:sha256:{sha}#s1"
    assert statement["oa:hasBody"]["prov:wasAttributedTo"] == {
        "@id": f"urn:sha256:{sha}#actor%20rufus%20firefly"
    }
    (maker,) = statement["prov:wasGeneratedBy"]
    (activity,) = [node for node in graph if node["@id"] == maker["@id"]]
    assert activity["@type"] == "prov:Activity"
    software = {"@type": "prov:SoftwareAgent", "rdfs:label": "speakers", "version": "1"}
    assert activity["prov:wasAssociatedWith"] == software


def test_all_that_is_referred_to_is_there_and_named_once() -> None:
    graph = to_jsonld(small_record())["@graph"]
    named = [node["@id"] for node in nodes(graph) if "@id" in node and len(node) > 1]
    assert len(named) == len(set(named))
    for node in nodes(graph):
        if set(node) == {"@id"} and not node["@id"].startswith("oa:"):
            assert node["@id"] in named
        for field in ("speaker", "who", "actors", "nested_in", "statement"):
            assert set(
                [node[field]] if isinstance(node.get(field), str) else node.get(field, [])
            ) <= set(named)


def test_links_join_the_names_of_items() -> None:
    record = small_record()
    (altered, shared) = to_jsonld(record)["@graph"][-2:]
    a, b = (f"urn:sha256:{reading.document.sha256}" for reading in record.readings)
    assert (altered["oa:hasTarget"], altered["oa:hasBody"]) == (
        {"@id": f"{a}#s1"},
        {"@id": f"{b}#s1"},
    )
    assert altered["changes"] == [{"before": "", "after": "may"}, {"before": "will", "after": ""}]
    assert (shared["oa:hasTarget"], shared["oa:hasBody"]) == ({"@id": a}, {"@id": b})


def test_the_context_is_inline_and_covers_every_key() -> None:
    found = to_jsonld(small_record())
    json.dumps(found, allow_nan=False)
    assert isinstance(found["@context"], dict)
    for node in nodes(found["@graph"]):
        for key in node:
            prefix, colon, _ = key.partition(":")
            assert (
                prefix in CONTEXT
                if colon
                else key.startswith("@") or re.fullmatch("[a-z_0-9]+", key)
            )
            assert node[key] is not None
        for kind in (
            node.get("@type", [])
            if isinstance(node.get("@type"), list)
            else [node.get("@type", "prov:x")]
        ):
            assert kind.partition(":")[0] in CONTEXT or kind.isalpha()


def test_a_reading_without_assertions_names_this_program() -> None:
    from paxsilica import __version__

    _, reading = made_up()
    graph = to_jsonld(Record(readings=(reading.model_copy(update={"assertions": ()}),)))["@graph"]
    (activity,) = [node for node in graph if node["@type"] == "prov:Activity"]
    assert activity["prov:wasAssociatedWith"]["version"] == __version__


# CSV


@pytest.mark.parametrize("kind", ["statements", "commitments", "measures", "quantities"])
def test_a_table_gives_every_value_back(kind: str) -> None:
    record = small_record()
    found = rows(to_csv(record)[f"{kind}.csv"])
    items = [(reading, item) for reading in record.readings for item in getattr(reading, kind)]
    assert len(found) == len(items)
    for row, (reading, item) in zip(found, items, strict=True):
        assert row["document"] == reading.document.sha256
        assert row["published"] == "2026-01-01"
        assert reading.document.text[int(row["span_start"]) : int(row["span_end"])] == unguarded(
            row["span_exact"]
        )
        for place in TABLES[kind]:
            if not place.endswith(("_name", "_names")):
                assert same(row[place.replace(".", "_")], value_at(item, place))


def same(cell: str, value: Any) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, bool):
        return cell == ("true" if value else "false")
    if isinstance(value, float):
        return float(cell) == value
    return (
        json.loads(cell) == list(value)
        if isinstance(value, tuple)
        else unguarded(cell) == str(value)
    )


def test_names_stand_beside_ids() -> None:
    files = to_csv(small_record())
    assert [row["speaker_name"] for row in rows(files["statements.csv"])] == [
        "Rufus Firefly",
        "Sylvania",
    ] * 2
    assert rows(files["commitments.csv"])[0]["who_names"] == '["Rufus Firefly"]'


def test_links_are_a_table_too() -> None:
    record = small_record()
    found = rows(to_csv(record)["links.csv"])
    assert [(row["a"], row["b"]) for row in found] == [(link.a, link.b) for link in record.links]
    assert json.loads(found[0]["changes"]) == [
        {"before": "", "after": "may"},
        {"before": "will", "after": ""},
    ]
    assert found[0]["why"] == '\'-1 word, "will"', "the text begins like a formula"


def test_an_empty_record_has_headers_alone() -> None:
    for name, text in to_csv(Record(readings=())).items():
        assert text.count("\n") == 1, name
        assert text.startswith("kind,a,b" if name == "links.csv" else "document,source,published,")


def test_no_value_that_is_no_number_is_written() -> None:
    _, reading = made_up()
    broken = reading.quantities[0].model_copy(update={"value": float("nan")})
    record = Record(readings=(reading.model_copy(update={"quantities": (broken,)}),))
    assert rows(to_csv(record)["quantities.csv"])[0]["value"] == ""
    json.dumps(to_jsonld(record), allow_nan=False)


def test_negative_numbers_stay_numbers_and_words_are_guarded() -> None:
    growth = rows(to_csv(small_record())["quantities.csv"])[1]
    assert growth["value"] == "-3.5"
    assert growth["span_exact"] == "'-3.5 percent"


def with_what(words: str) -> Reading:
    _, reading = made_up()
    promise = reading.commitments[0].model_copy(update={"what": words})
    return reading.model_copy(update={"commitments": (promise,)})


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex("'*[=+@\t\r\n-].*"))
def test_any_text_comes_back_and_none_is_a_formula(words: str) -> None:
    (row,) = rows(to_csv(Record(readings=(with_what(words),)))["commitments.csv"])
    assert unguarded(row["what"]) == words
    assert not row["what"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
