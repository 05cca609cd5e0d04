"""Score the measures that are read in sentences with known answers: `python tools/score_sentences.py FILE.json ...`.

Each entry has `text` and `drafts`, a list of what a person would draft: imposer, target, kind, rate, op and product; an
empty list asks for no draft. A wanted measure is right if one that stands has the same sides, kind, rate and op, and its
goods are named where the text names them. A measure that stands and needs nobody, and that is not wanted, is false.
Export taxes and quotas, embargoes and caps on prices are drafted too, and not scored: the answers do not speak of them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read
from paxsilica.brief.record import Measure

KINDS = {
    "Import tariff": "tariff",
    "Safeguard": "tariff",
    "Anti-dumping": "anti_dumping",
    "Anti-subsidy": "countervailing",
    "Export ban": "export_ban",
    "Import ban": "import_ban",
    "Export licensing requirement": "export_control",
    "Import quota": "tariff_quota",
}
OPS = {"": "none", "up to": "upto"}
TARIFFS = ("tariff", "anti_dumping", "countervailing")
STANDS = ("in force", "announced")


class Wanted(NamedTuple):
    """One measure of an answer, or one that was read."""

    imposer: str
    target: str
    kind: str
    rate: float | None
    op: str
    product: str


def wanted_of(entry: Mapping[str, Any]) -> list[Wanted]:
    """The measures that an entry asks for, in either form of the files."""
    return [_wanted(one) for one in entry["drafts"]]


def _wanted(one: Mapping[str, Any]) -> Wanted:
    sides = one["imposer"], one["target"]
    if "kind" in one:
        rate = None if one["rate"] is None else float(one["rate"])
        return Wanted(*sides, one["kind"], rate, one["op"], one["product"])
    what = str(one["what"])
    if what in ("control", "quota"):
        return Wanted(
            *sides, {"control": "export_control", "quota": "tariff_quota"}[what], None, "none", "?"
        )
    if what.startswith("ban "):
        kind = "export_ban" if sides[0] == "CHN" else "import_ban"
        return Wanted(*sides, kind, None, "none", what[4:])
    match = re.fullmatch(r"(AD|add|upto ?)?([\d.]*)\s?(.*)", what)
    if match is None:
        raise SystemExit(f"{what!r} is no answer that is understood")
    mark, level, product = (match[1] or "").strip(), match[2], match[3]
    kind = "anti_dumping" if mark == "AD" else "tariff"
    return Wanted(
        *sides,
        kind,
        float(level) if level else None,
        {"add": "add", "upto": "upto"}.get(mark, "set"),
        product,
    )


def read_of(m: Measure) -> Iterator[Wanted]:
    """A measure as one answer for each pair of states."""
    op = OPS.get(m.op, m.op)
    if op == "add" and m.rate and m.rate.unit != "percent":
        op = "points"
    kind = "specific_duty" if m.amount and m.type == "Import tariff" else KINDS.get(m.type, m.type)
    for imposer in m.implementers:
        for target in m.targets:
            product = " ".join((m.products, *(f"HS{c}" for c in m.codes)))
            yield Wanted(
                imposer,
                target,
                kind,
                m.rate.value if m.rate else None,
                op,
                product.strip(),
            )


def same(got: Wanted, want: Wanted) -> str:
    """What differs; nothing where they are the same."""
    if got.op == "multiply" and want.rate is None:
        return "rate"
    for name in ("imposer", "target", "kind"):
        if getattr(got, name) != getattr(want, name):
            return name
    if want.op in ("upto", "range"):
        return "" if got.op == want.op else "op"
    if got.rate != want.rate and not (want.op == "none" and want.rate is None):
        return "rate"
    op = "add" if got.op == "points" and want.op == "add" else got.op
    if op != want.op and want.op != "none":
        return "op"
    return "" if _goods(got.product, want.product) else "product"


def _goods(got: str, want: str) -> bool:
    if want in ("", "?"):
        return want == "?" or not got
    want = re.sub(r"^(?:HS|tariff heading) (?=\d)", "HS", want)
    if re.fullmatch(r"HS\d+", want):
        return want in got.split()
    stems = {w[:4] for w in re.findall(r"[a-z]{3,}", got.casefold())}
    return any(w[:4] in stems for w in re.findall(r"[a-z]{3,}", want.casefold()))


class Score(NamedTuple):
    """What is right and false in some entries; `errors` are lines to print."""

    tariffs: int
    right: int
    others: int
    right_others: int
    false: int
    silent: int
    loud: int
    errors: tuple[str, ...]

    def line(self) -> str:
        """The counts in one line."""
        return (
            f"tariffs right {self.right} of {self.tariffs}, others {self.right_others} of {self.others}; false measures "
            f"{self.false}, in {self.loud} of {self.silent} texts that ask for none"
        )


def score(entries: Sequence[Mapping[str, Any]]) -> Score:
    """Read every entry's text, and compare what stands in it with what is wanted."""
    counts = dict.fromkeys(
        ("tariffs", "right", "others", "right_others", "false", "silent", "loud"), 0
    )
    errors: list[str] = []
    for entry in entries:
        measures = read(document_of(entry["text"].encode(), f"{entry['id']}.txt")).measures
        wanted = wanted_of(entry)
        standing = (m for m in measures if m.standing in STANDS and m.type in KINDS)
        stands = [(m, got) for m in standing for got in read_of(m)]
        wrong = []
        for want in wanted:
            by_person = want.op in ("upto", "range") or want.kind in (
                "export_control",
                "tariff_quota",
            )
            person = entry.get("needs_person", by_person)
            hit = any(not same(got, want) and (person or not m.needs) for m, got in stands)
            tariff = want.kind in TARIFFS
            counts["tariffs" if tariff else "others"] += 1
            counts["right" if tariff else "right_others"] += hit
            if not hit:
                wrong.append(f"missed {tuple(want)}")
        extra = [g for m, g in stands if not m.needs and all(same(g, want) for want in wanted)]
        counts["false"] += len(extra)
        counts["silent"] += not wanted
        counts["loud"] += not wanted and bool(extra)
        wrong += [f"FALSE {tuple(got)}" for got in extra]
        if wrong:
            errors += [f"{entry['id']} {entry['text']}", *(f"    {line}" for line in wrong)]
            errors += [f"    read {_said(m)}" for m in measures]
    return Score(**counts, errors=tuple(errors))


def _said(m: Measure) -> str:
    level = m.rate and m.rate.value
    sides = f"{m.type} {m.implementers} {m.targets} {m.op} {level}"
    return f"{sides} {m.products!r} {m.standing} {m.needs}"


def main(paths: list[str]) -> None:
    """Print every error in each file, and what is right and false in it."""
    for path in paths:
        found = score(json.loads(Path(path).read_text(encoding="utf-8")))
        print(*found.errors, f"{path}: {found.line()}", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
