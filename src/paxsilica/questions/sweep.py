"""`pax sweep`: one question at many points, solved in chunks that are kept as they are finished."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from paxsilica import __version__
from paxsilica.about import BEYOND
from paxsilica.analysis.sweep.design import Design, load_design, parse_design
from paxsilica.analysis.sweep.folder import (
    CHUNK_FOLDER,
    MANIFEST,
    SweepFolder,
    kept_day,
    sweep_folder,
)
from paxsilica.analysis.sweep.summary import (
    Collected,
    Summed,
    collected,
    levels_attached,
    point_counts,
    summed,
)
from paxsilica.analysis.sweep.workers import crew_of, worked
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.errors import ConvergenceError, InputError, nearest
from paxsilica.findings import Findings
from paxsilica.model.notes import LIMITS
from paxsilica.questions.question import NUMERIC, Answer, Question, asked
from paxsilica.questions.run import Run
from paxsilica.questions.sweep_check import at_point, check_points, read_task
from paxsilica.questions.sweep_fields import from_folder
from paxsilica.questions.sweep_points import (
    LABEL_COLUMNS,
    Task,
    dimensions_of,
    labels_kept,
    numbers_of,
    solve_chunk,
)


class Sweep(Question):
    """Ask one question at many points, a grid or drawn at random, and keep chosen numbers of each."""

    # Questions write nothing, but for the folder that this one is told to keep its answers in.
    BESIDE: ClassVar = (MANIFEST, CHUNK_FOLDER)

    file: str | None = asked(
        "Sweep file: which question, what varies, what is kept.",
        None,
        unit="path",
        example="examples/sweep-us-india.yaml",
        positional=True,
    )
    text: Annotated[str, Field(max_length=1_000_000)] | None = asked(
        "The sweep itself, as its file would hold it.", None, unit="YAML"
    )
    out: str | None = asked(
        "Folder of the answers, a Parquet file a chunk; a run that was ended goes on there.",
        None,
        unit="path",
        example="build/sweep",
    )
    workers: int | None = asked(
        "Processes that solve, default one a core; 1 is this one alone.", None, unit="number"
    )
    scheduler: str | None = asked(
        "Address of a Dask scheduler, whose workers solve instead.",
        None,
        example="tcp://10.0.0.5:8786",
    )

    @model_validator(mode="after")
    def _one_design(self) -> Self:
        if (self.file is None) == (self.text is None):
            raise ValueError("name a sweep file, or give its text; one of the two")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"--workers is {self.workers}; give 1 at least")
        if self.workers is not None and self.scheduler is not None:
            raise ValueError("--workers is of this machine; leave it out with --scheduler")
        return self

    @property
    def label(self) -> str:
        """What a folder for its report is called, beside those of other files."""
        return Path(self.file or "sweep").stem

    def design(self) -> Design:
        """The design as written. Raises FileError."""
        if self.file is None:
            return parse_design(self.text or "")
        design = load_design(self.file)
        if self.scheduler is not None and design.folder is not None:
            return replace(design, folder=design.folder.resolve())  # workers stand elsewhere
        return design

    def answered(self, desk: Desk) -> Answer:
        desk = desk.aside(kept_day(self.out) or desk.today, quiet=False)
        task = read_task(self.design(), desk.today)
        desk.progress("reading what is asked at every point")
        check_points(task, desk)
        task, first = _first_answer(task, desk)
        with _folder_for(self.out) as named:
            folder = _folder(task, first, named)
            task = replace(task, digest=folder.digest)
            self._solve(task, folder, desk)
            desk.progress("summing up")
            varied = {axis.field.rpartition(".")[2] for axis in task.design.axes}
            found = collected(task.design, folder, [n for n in LABEL_COLUMNS if n not in varied])
        whole = summed(task.design, found)
        return Answer(
            question=self,
            findings=Findings((*point_counts(found), *whole.blocks)),
            names=first.names,
            notes=list(_notes(task, first, folder, found)),
            sources=first.sources,
            not_modelled=first.not_modelled,
            solver={**first.solver, "status": _status(found), "residual": found.residual},
            attachments={**_attachments(task, first, whole), "kept": self.out is not None},
            seed=task.design.seed if task.design.random else None,
            inputs={
                "design": dict(task.design.written),
                **{name: {"sha256": x} for name, x in _inputs_of(task, first).items()},
            },
        )

    def _solve(self, task: Task, folder: SweepFolder, desk: Desk) -> None:
        """Solve what is not finished, and write each chunk as it comes."""
        finished = set(folder.finished())
        chunks = [chunk for chunk in range(folder.chunks) if chunk not in finished]
        total = sum(len(task.design.span(chunk)) for chunk in chunks)
        done, what = 0, f"solving {total:,} points" + " that are left" * bool(finished)
        if not chunks:
            return
        desk.progress(what, done, total)
        few = min(self.workers or len(chunks), len(chunks))
        workers = few if self.workers or len(chunks) == 1 else None
        with crew_of(workers, self.scheduler) as crew:
            own = desk.aside(desk.today) if crew.here else None
            for found in worked(crew, partial(solve_chunk, task, desk=own), chunks):
                if found is not None:
                    chunk, content = found
                    folder.write(chunk, content)
                    done += len(task.design.span(chunk))
                desk.progress(what, done, total)


@contextmanager
def _folder_for(out: str | None) -> Iterator[str]:
    """The folder that is named, or one that goes when the body ends."""
    with nullcontext(out) if out else TemporaryDirectory(prefix="pax-sweep-") as place:
        yield str(place)


# ---- before ------------------------------------------------------------------------------------


def _first_answer(task: Task, desk: Desk) -> tuple[Task, Answer]:
    """The answer at the first point that is solved, of three, and the task that knows what it says.

    Raises:
        InputError: a variable that the question does not find. ConvergenceError: none of them is solved.
    """
    design, failed = task.design, None
    answers: dict[int, Answer] = {}
    for at in dict.fromkeys((0, design.size - 1, design.size // 2)):
        values = design.points(range(at, at + 1))[0]
        desk.progress(f"solving point {at}")
        try:
            answers[at] = task.answer(values, desk)
        except ConvergenceError as error:
            failed = error
            continue
        except InputError as error:
            raise at_point(design, at, error) from error
        keys = {b.variable for answer in answers.values() for b in answer.findings.blocks}
        if keys.issuperset(design.keep):
            break
    if not answers:
        assert failed is not None
        raise failed
    _check_kept(design, answers)
    at, first = next(iter(answers.items()))
    only = labels_kept(design.only, first.names)
    units = {key: first.unit(key) for key in design.keep}
    task = replace(task, only=only, units=units)
    found = (b for a in answers.values() for b in a.findings.select(*design.keep).blocks)
    if not any(map(task.kept, found)):
        said = f"keep: nothing is left of {', '.join(design.keep)} with these {', '.join(f'{name}s' for name in only)}"
        raise design.error(f"{said}; leave one out", "keep")
    solution = task.solutions(design.points(range(at, at + 1)), desk)[0]
    return replace(task, probe=(at, numbers_of(solution))), first


def _check_kept(design: Design, answers: dict[int, Answer]) -> None:
    blocks = [b for answer in answers.values() for b in answer.findings.blocks]
    known = {b.variable for b in blocks if "point" not in dimensions_of(b)}
    for key in design.keep:
        if key not in known:
            said = f"keep: `{design.question}` finds no {key!r} here{nearest(key, sorted(known))}"
            raise design.error(said, "keep")


def _folder(task: Task, first: Answer, named: str) -> SweepFolder:
    design = task.design
    inputs = _inputs_of(task, first)
    economy = first.names.economy
    baseline = economy.digest if economy is not None else ""
    digest = design.digest(*sorted(inputs.values()), baseline)
    manifest: dict[str, Any] = {
        "title": design.title,
        "day": task.today.isoformat(),
        "points": design.size,
        "chunk": design.chunk,
        "chunks": design.chunks,
        "design": dict(design.written),
        "columns": {
            axis.name: {"field": axis.field, "unit": (axis.unit or "").strip()}
            for axis in design.axes
        },
        "inputs": inputs,
        "baseline": baseline,
    }
    versions = {"paxsilica": __version__, "python": platform.python_version()}
    versions |= {name: version(name) for name in (*NUMERIC, "pyarrow")}
    return sweep_folder(named, digest, design.chunks, manifest, versions)


def _inputs_of(task: Task, first: Answer) -> dict[str, str]:
    """What the points read, by the name of the file, each with its sha256."""
    found = {Path(name).name: _sha256(of) for name, of in first.inputs.items()}
    design = task.design
    varied = [{axis.field: value} for axis in design.axes for value in axis.values]
    for fields in (design.fields, *varied):
        for paths in from_folder(task.kind, fields, design.folder).values():
            for part in paths.split("+") if isinstance(paths, str) and "\n" not in paths else ():
                if Path(part).is_file():
                    found[Path(part).name] = _sha256(Path(part).read_bytes())
    return found


def _sha256(content: Any) -> str:
    """Of bytes, or of what an answer tells of an input, which may name it."""
    if isinstance(content, Mapping) and "sha256" in content:
        return str(content["sha256"])
    told = content if isinstance(content, bytes) else json.dumps(content, sort_keys=True).encode()
    return hashlib.sha256(told).hexdigest()


# ---- after -------------------------------------------------------------------------------------


def _status(found: Collected) -> str:
    failed = found.size - found.status["converged"]
    return f"{failed} of {found.size} points without numbers" if failed else "converged"


def _notes(task: Task, first: Answer, folder: SweepFolder, found: Collected) -> Iterator[Note]:
    if passed := sum(found.beyond.values()):
        limits = dict.fromkeys(name for text in found.beyond for name in text.split())
        why = "; ".join(LIMITS[name].format(who="a region") for name in limits if name in LIMITS)
        text = (
            f"no model of this kind can carry {passed:,} of the {found.size:,} points, to be taken as a direction, not "
            f"as a size: {why}"
        )
        yield Note(f"{BEYOND}points", text, leads=True)
    for status, what in (
        ("not solved", "are not solved"),
        ("refused", "are refused by what reads them"),
    ):
        if count := found.status[status]:
            text = f"{count:,} of {found.size:,} points {what}, without numbers; `message` in the tables says why"
            yield Note(f"sweep.{status.replace(' ', '_')}", text)
    if found.unread:
        text = f"{len(found.unread):,} more numbers of each point are in the tables and not summed up here"
        yield Note("sweep.not_summed_up", text)
    if len(folder.versions) > 1:
        was, now = folder.versions[-2], folder.versions[-1]
        names = [
            f"{name} {was.get(name, 'none')} and {now[name]}"
            for name in now
            if was.get(name) != now[name]
        ]
        text = f"solved by more than one version, {', '.join(names)}: digits may differ; a new folder has one"
        yield Note("sweep.versions", text)
    own = (
        first.names.table.notes if task.kind is Run else first.notes
    )  # those of one run are of its point
    yield from (note for note in own if not note.name.startswith(BEYOND))


def _attachments(task: Task, first: Answer, whole: Summed) -> dict[str, Any]:
    design, (variable, labels) = task.design, whole.lead
    return {
        "title": design.title,
        "random": design.random,
        "read_back": list(first.attachments.get("scenario", {}).get("read_back", ())),
        "lead": {"variable": variable, "of": dict(labels)},
        "fields": levels_attached(whole.levels),
        "surface": levels_attached(whole.surface),
        "ends": [design.said(at) for at in whole.ends],
    }
