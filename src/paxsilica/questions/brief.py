"""`pax brief`: what texts hold, and what the scenarios that they state would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator

from paxsilica.about import BASELINE, Note
from paxsilica.analysis.counterparts import blocks_of, counterparts
from paxsilica.brief.checked import asked_of_model
from paxsilica.brief.documents import document_of, name_if_pasted
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.ingest import FEW, readings
from paxsilica.brief.llm import endpoint
from paxsilica.brief.reading import SAFE, read, record_of
from paxsilica.brief.record import Reading, Record
from paxsilica.data.elasticities import trade_elasticity
from paxsilica.errors import InputError, joined
from paxsilica.files import printable
from paxsilica.findings import Findings
from paxsilica.horizon import LONG_RUN, Horizon
from paxsilica.names import Names
from paxsilica.questions.question import Answer, Day, Question, asked
from paxsilica.questions.run import Run

if TYPE_CHECKING:
    from paxsilica.desk import Desk


def model_of(desk: Desk) -> Callable[[Reading], Reading]:
    """What lays the reading of a person's own language model beside that of the rules; each text is asked about once at a
    desk. Raises InputError: none is configured, or the first text cannot be asked about; of later ones it is a note."""
    at = endpoint()
    answered: list[str] = []

    def beside(reading: Reading) -> Reading:
        key = "model", at.model, reading.document.sha256, reading.document.source
        try:
            both = desk.warm(key, lambda: asked_of_model(reading, at, desk.today, desk.progress))
        except InputError as error:
            if not answered:
                raise
            return reading.model_copy(update={"dropped": (f"{reading.document.name}: {error}",)})
        answered.append(reading.document.sha256)
        return both

    return beside


def not_english(record: Record) -> Iterator[Note]:
    """Which texts are hardly read, so that what is missing may well stand in them."""
    found = [r.document for r in record.readings if r.document.language not in SAFE]
    if found:
        names = joined((printable(d.name) for d in found), 3, "others")
        codes = joined(dict.fromkeys(printable(d.language) for d in found), 3, "others")
        hardly = f"{'is' if len(found) == 1 else 'are'} not English ({codes}) and hardly read"
        safe = "only what is safe in any language is extracted, full dates and amounts"
        yield Note("not_english", f"{names} {hardly}; {safe}", leads=True)


class Brief(Question):
    """Read texts and say what they hold: who said what, measures, promises, numbers, links, scenario drafts."""

    LEFT_OUT: ClassVar = (
        "What a text says is recorded, not checked: a statement is what somebody said, and a promise what somebody "
        "promised.",
        "Rules read the texts: what they miss is not here. Measures that are proposed, over or in question are kept, not "
        "drafted.",
    )

    files: tuple[str, ...] = asked(
        "Texts, web pages or PDFs.",
        (),
        example="news.txt",
        positional=True,
        several=True,
        unit="path",
    )
    text: Annotated[str, Field(max_length=1_000_000)] | None = asked(
        "A text itself, in place of files; the record keeps files alone.", None
    )
    run: bool = asked("Solve the scenario drafts.", False)
    numbers: bool = asked("Put the baseline's data beside the numbers of the texts.", False)
    ask_model: bool = asked(
        "Ask the model that PAX_MODEL_URL and PAX_MODEL name too; a person confirms what it reads.",
        False,
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities for the drafts.", None, example="caliendo_parro"
    )
    horizon: str | None = asked(
        "long_run, short_run or an age such as 1y, for the drafts.", None, example="short_run"
    )
    as_of: Day | None = asked(
        "Status of commitments on this day.", None, unit="date", example="2026-03-01"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.files) == (self.text is not None):
            raise ValueError("name files, or give a text; one of the two")
        return self

    def answered(self, desk: Desk) -> Answer:
        return self.about(self.record(desk), desk)

    def record(self, desk: Desk) -> Record:
        """What the texts hold. Raises InputError: too many files, or one that cannot be read."""
        if len(self.files) > FEW:
            raise InputError(
                f"{len(self.files)} files are only kept; name at most {FEW} at a time to print, draft or solve"
            )
        found = []
        beside = model_of(desk) if self.ask_model else None
        if self.text is not None:
            desk.progress("reading")
            pasted = self.text.encode("utf-8", "replace")
            reading = read(document_of(pasted, name_if_pasted(self.text)))
            return record_of([beside(reading) if beside else reading])
        for at, (_, reading) in enumerate(readings(map(Path, self.files), beside)):
            desk.progress("reading", at + 1, len(self.files))
            found.append(reading)
        return record_of(found)

    def about(self, record: Record, desk: Desk) -> Answer:
        """What is said of a record; the drafts are solved where asked.

        Raises:
            InputError: there is no draft to solve; no such horizon or set of elasticities.
        """
        if self.elasticities:
            trade_elasticity(self.elasticities, ())
        drafts = drafts_of(record, Horizon.parse(self.horizon or LONG_RUN.key), self.elasticities)
        if self.run and not drafts:
            raise InputError(
                "no scenario draft to run: the texts state no measure of one state on another that is in force or "
                "announced and of which all is known; without --run the first screen says what is missing"
            )
        economy = desk.economy(BASELINE) if self.run or self.numbers else None
        rows = counterparts(record, economy) if economy else ()
        findings = Findings(tuple(blocks_of(rows)))
        parts: dict[str, Answer] = {}
        refused: dict[str, str] = {}
        for draft in drafts if self.run else ():
            try:
                part = Run(text=draft.text).answered(desk)
            except InputError as error:  # the baseline cannot take it
                refused[draft.name] = str(error)
                continue
            parts[draft.name] = part
            findings += part.findings.of(item=draft.name)
        return Answer(
            question=self,
            findings=findings,
            names=Names(economy, self.as_of),
            notes=[
                *not_english(record),
                *(Note("language_model", said) for r in record.readings for said in r.dropped),
                *(note for part in parts.values() for note in part.notes),
            ],
            sources=(
                *(economy.about.sources if economy else ()),
                *(source for part in parts.values() for source in part.sources),
            ),
            not_modelled=(
                *self.LEFT_OUT,
                *dict.fromkeys(line for part in parts.values() for line in part.not_modelled),
            ),
            solver={name: dict(part.solver) for name, part in parts.items()},
            attachments={
                "record": record.model_dump(mode="json"),
                "drafts": [draft.model_dump(mode="json") for draft in drafts],
                "counterparts": [asdict(row) for row in rows],
                "refused": refused,
            },
            parts=tuple(parts.values()),
        )
