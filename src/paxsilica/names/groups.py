"""A user's own groups, which may name groups: each as its members, however deep they lie in each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from paxsilica.errors import InputError, LabelError

Members = dict[str, tuple[str, ...]]


class GroupError(LabelError):
    """A group of the user's that cannot be resolved; `at` is the entry that is wrong, None the group's own name."""

    def __init__(self, message: str, group: str, at: int | None = None) -> None:
        super().__init__(message)
        self.group, self.at = group, at


def expanded(
    groups: Mapping[str, Sequence[str]],
    inner: Callable[[str], str],
    one: Callable[[str], tuple[str, ...]],
) -> Members:
    """Every group as its members, each once. A group is resolved once, so that the work grows with the text alone.

    Args:
        inner: label -> the group that it names, or nothing.
        one: label that names no group -> its members.

    Raises:
        GroupError: a group that contains itself, with the path, or a label that `one` refuses.
    """
    done: Members = {}

    def named(group: str) -> Iterator[tuple[int, str]]:
        return ((at, found) for at, label in enumerate(groups[group]) if (found := inner(label)))

    for start in groups:
        path = {} if start in done else {start: named(start)}
        while path:
            group = next(reversed(path))
            for at, waiting in path[group]:
                if waiting in path:
                    chain = [*path, waiting]
                    shown = chain if len(chain) <= 8 else [*chain[:4], "...", *chain[-3:]]
                    message = (
                        f"group {group} contains itself ({' > '.join(shown)}); list regions instead"
                    )
                    raise GroupError(message, group, at)
                if waiting not in done:
                    path[waiting] = named(waiting)
                    break
            else:
                del path[group]
                done[group] = _gathered(group, groups[group], done, inner, one)
    return done


def _gathered(
    group: str,
    labels: Sequence[str],
    done: Members,
    inner: Callable[[str], str],
    one: Callable[[str], tuple[str, ...]],
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for at, label in enumerate(labels):
        try:
            found |= dict.fromkeys(done[name] if (name := inner(label)) else one(label))
        except InputError as error:
            raise GroupError(f"group {group}: {error}", group, at) from error
    return tuple(found)
