"""`pax mcp`: the door for agents. Each question is a tool; `explain` says what stands behind a finding.

Answers are small: the sentences of the page, the first findings, sources and limits. A finding has a name, by which
`explain` tells its meaning, unit, source, band and certificate. What the model has no variable for is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import anyio
import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

from paxsilica import __version__
from paxsilica.desk import Desk
from paxsilica.errors import InputError, LabelError, PaxError, nearest
from paxsilica.findings import row_id, variables
from paxsilica.questions.question import Answer, Asked, asked
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.pages import report_of

MOST = 40
"""Findings in one answer; `explain` reaches the others, by name."""

REMEMBERED = 20
"""Answers that can still be explained."""

INSTRUCTIONS = (
    "Every number of this system is a finding with a name, a unit and a source. Quote numbers with unit, year and band, "
    "and cite the sources of the answer. A loss is negative. Say nothing that no finding says: the model has no "
    "unemployment, exchange rate, inflation, investment or stockpiling. A horizon may be an age such as 1y, and a path has "
    "dates. `not_modelled` of an answer lists what it leaves out. Use `explain` before you interpret a variable."
)


class Explain(Asked):
    """What stands behind a finding: meaning, unit, source, band, certificate."""

    finding: str = asked(
        "Name of a finding, such as real_income[region=IND,horizon=long_run], or of a variable."
    )
    answer: str = asked("Id of the answer; default the last one.", "")


class Assistant:
    """Answers questions for an agent, and remembers the last answers so that they can be explained."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.answers: dict[str, Answer] = {}

    def ask(self, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The small form of an answer. Raises InputError and ConvergenceError."""
        answer = question_class(name)(**fields).answered(self.desk)
        key = answer.question.key(answer.names, str(dict(answer.solver)))[:12]
        self.answers.pop(key, None)
        self.answers = dict([*self.answers.items(), (key, answer)][-REMEMBERED:])
        rows = answer.findings.rows(detail=False)
        return {
            "answer": key,
            "summary": list(report_of(answer).sentences),
            "findings": [
                {"name": row_id(row), "value": row["value"], "unit": answer.unit(row["variable"])}
                | {end: row[end] for end in ("low", "high") if end in row}
                for row in rows[:MOST]
            ],
            "more_findings": max(0, len(answer.findings) - MOST),
            "not_modelled": list(answer.not_modelled),
            "sources": [f"{s.title}, {s.publisher} ({s.licence})" for s in answer.sources],
            "repeat": answer.question.command(),
        }

    def explain(self, finding: str, answer: str = "") -> dict[str, Any]:
        """What stands behind a finding: meaning, unit, sign, source, value with band, and the solver's certificate.

        Raises:
            LabelError: no such variable, or no such finding in the answer.
        """
        key = finding.partition("[")[0]
        if key not in variables():
            hint = nearest(key, variables())
            raise LabelError(
                f"the model says nothing of {key!r}{hint}; do not state a number for it"
            )
        known = asdict(variables()[key])
        entry = {name: known[name] for name in ("sign", "meaning", "source", "unit")}
        entry["variable"] = key
        if not self.answers:
            return entry
        if answer and answer not in self.answers:
            raise InputError(f"no answer {answer!r} is remembered; ask again")
        of = self.answers[answer or list(self.answers)[-1]]
        entry["unit"] = of.unit(key)
        if key == finding:
            return entry
        rows = [row for row in of.findings.select(key).rows() if row_id(row) == finding]
        if not rows:
            raise LabelError(f"the answer has no finding {finding!r}; ask the question that has it")
        notes = [note.text for note in of.notes]
        return {**entry, **rows[0], "certificate": dict(of.solver), "notes": notes}


def server_of(assistant: Assistant) -> Server[Any]:
    """The protocol's server: a tool for each question, and `explain`."""

    async def tools(context: Any, params: Any) -> types.ListToolsResult:
        kinds: dict[str, type[Asked]] = {name: question_class(name) for name in QUESTIONS}
        kinds["explain"] = Explain
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    description=QUESTIONS.get(name, kind.__doc__),
                    input_schema=kind.model_json_schema(),
                )
                for name, kind in kinds.items()
            ]
        )

    async def call(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        given = dict(params.arguments or {})

        def work() -> dict[str, Any]:
            if params.name == "explain":
                return assistant.explain(**dict(Explain(**given)))
            return assistant.ask(params.name, given)

        try:
            found = await anyio.to_thread.run_sync(work)
        except PaxError as error:
            said = types.TextContent(type="text", text=str(error))
            return types.CallToolResult(content=[said], is_error=True)
        shown = types.TextContent(type="text", text=json.dumps(found, allow_nan=False))
        return types.CallToolResult(content=[shown], structured_content=found)

    return Server(
        "paxsilica",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=call,
    )


def serve() -> None:
    """Serve on standard input and output until the other side closes."""

    async def main() -> None:
        server = server_of(Assistant())
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(main)
