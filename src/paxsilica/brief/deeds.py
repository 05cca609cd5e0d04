"""What people can do to a store, in words; nothing here is heavy, so that a command line can list it."""

from __future__ import annotations

from typing import NamedTuple


class Doing(NamedTuple):
    """What a deed does, and what it is told beside its subject."""

    means: str
    told: tuple[str, ...] = ()


EDITS = {
    "retract": Doing("Leave a document or an item out of every answer."),
    "confirm": Doing("Say that a document or an item has been checked."),
    "correct": Doing(
        "Put another value in the place of the one that was read.", ("property", "value")
    ),
    "tag": Doing("Put a word on a document or an item.", ("value",)),
    "untag": Doing("Take such a word away.", ("value",)),
    "note": Doing("Write a note on a document or an item.", ("value",)),
    "supersede": Doing("Say that another document is the new edition of this one.", ("value",)),
    "merge": Doing("Say that an actor is the same as another one.", ("value",)),
    "remove": Doing("Take a document out of the store; its history stays."),
    "undo": Doing("Undo a deed, by its number in the history."),
}
