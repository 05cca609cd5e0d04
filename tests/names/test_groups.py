"""A user's own groups: nested ones cost as much as their text, circles are told with their path."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from names_world import world_of

from paxsilica.names import GroupError, Names
from paxsilica.names.groups import expanded

LETTERS = "ABCDEFGH"


def reached(groups: dict[str, list[str]], start: str) -> set[str]:
    """Regions reached from a group by walking, the plain way."""
    seen, waiting = set[str](), [start]
    while waiting:
        label = waiting.pop()
        if label not in seen:
            seen.add(label)
            waiting += groups.get(label, [])
    return seen - set(groups)


@given(st.data())
def test_members_are_whom_one_reaches(data) -> None:
    """Groups name regions and groups before them, so that there is no circle."""
    groups: dict[str, list[str]] = {}
    for name in LETTERS:
        labels = st.sampled_from(["r1", "r2", "r3", "r4", *groups])
        groups[name] = data.draw(st.lists(labels, min_size=1, max_size=5))
    turned = dict(reversed(groups.items()))
    found = expanded(turned, lambda label: label if label in groups else "", lambda label: (label,))
    assert {name: set(members) for name, members in found.items()} == {
        name: reached(groups, name) for name in groups
    }
    assert all(len(set(members)) == len(members) for members in found.values())


@pytest.mark.parametrize("reverse", [False, True])
def test_nested_groups_cost_as_much_as_their_text(reverse) -> None:
    wide = {f"W{k}": [f"W{k - 1}"] * 10 if k else ["USA", "IND"] for k in range(9)}
    deep = {f"D{k}": [f"D{k - 1}"] if k else ["USA", "IND"] for k in range(5001)}
    both = wide | deep
    names = Names(world_of("USA", "IND"), groups=dict(reversed(both.items())) if reverse else both)
    begun = time.perf_counter()
    assert names.regions("W8") == names.regions("D5000") == ("USA", "IND")
    assert time.perf_counter() - begun < 5, "ten to the eighth labels would take minutes"


@pytest.mark.parametrize(
    ("groups", "path", "group", "at"),
    [
        ({"A": ["IND", "A"]}, "A > A", "A", 1),
        ({"A": ["B"], "B": ["USA", "C"], "C": ["A"]}, "A > B > C > A", "C", 0),
        ({"A": ["b"], "B": ["a"]}, "A > B > A", "B", 0),
    ],
)
def test_a_circle_is_told_with_its_path_and_place(groups, path, group, at) -> None:
    with pytest.raises(GroupError) as caught:
        Names(world_of("USA", "IND"), groups=groups).regions("A")
    assert str(caught.value) == f"group {group} contains itself ({path}); list regions instead"
    assert (caught.value.group, caught.value.at) == (group, at)


def test_a_long_circle_is_told_in_one_short_line() -> None:
    groups = {f"G{k}": [f"G{(k + 1) % 5000}"] for k in range(5000)}
    with pytest.raises(GroupError, match=r"G0 > G1 > G2 > G3 > \.\.\. > G4998 > G4999 > G0"):
        _ = Names(world_of("USA", "IND"), groups=groups).expanded


def test_a_wrong_entry_is_told_with_its_place() -> None:
    with pytest.raises(GroupError, match=r"^group B: unknown region 'XX'") as caught:
        Names(world_of("USA", "IND"), groups={"A": ["B"], "B": ["IND", "XX"]}).regions("A")
    assert (caught.value.group, caught.value.at) == ("B", 1)
    with pytest.raises(GroupError, match="group IND shadows the region IND; rename") as caught:
        _ = Names(world_of("USA", "IND"), groups={"IND": ["USA"]}).expanded
    assert caught.value.at is None


def test_members_of_groups_are_taken_in_every_spelling() -> None:
    names = Names(world_of("USA", "IND", "GBR"), groups={"Friends": ["uk", "the United States"]})
    assert names.regions("FRIENDS") == ("GBR", "USA")
    assert Names(groups={"Gulf": ["GCC", "Iran"]}).countries("gulf")[-1] == "IRN"
