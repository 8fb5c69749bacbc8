"""The class list: who is in the class, and under which names platforms know them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from grader.errors import StudentError, UsageError, listed
from grader.intake.decoding import decode
from grader.intake.marks import fold, words_of
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME_CAP = 100
_MAX_BYTES = 32 * 1024 * 1024
_MOST_WORDS = 4
# What a column is for, by its heading, folded: our words, Canvas's, Moodle's,
# Gradescope's and Classroom 50's.
_COLUMNS = {
    "id": ("id", "student id", "student", "username", "matrikelnummer"),
    "sis": ("sis id", "sis user id", "id number", "id-nummer"),
    "sid": ("sid", "student number"),
    "login": ("login", "sis login id", "login id", "user name"),
    "github": ("github", "github username", "github_username"),
    "email": ("email", "e-mail", "email address", "mail", "e-mail-adresse"),
    "name": ("name", "full name", "vollstandiger name", "student name"),
    "first": ("first name", "first_name", "given name", "vorname"),
    "last": ("last name", "last_name", "surname", "family name", "nachname"),
    "section": ("section", "sections", "groups", "tutorial"),
    "group": ("group", "team"),
    "participant": ("identifier", "participant"),
    "time": ("last modified (submission)",),
}
_BY_HEADING = {heading: kind for kind, all_ in _COLUMNS.items() for heading in all_}
# What a student is called in the results: the first of these that the list has.
_CALLED = ("id", "sis", "sid", "login", "github", "email", "name")
_CALLED_BY_CANVAS = ("sis", "login", "id", "name")
_KEYS = ("id", "sis", "sid", "login", "github", "email", "participant")
_NOBODY = ("points possible", "student, test", "test student")
# As Moodle writes them in English; in other languages the time is not read.
_TIMES = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%Y-%m-%d %H:%M:%S")


class Person(msgspec.Struct, frozen=True):
    """One student of the class list.

    Attributes:
        student: what the results call the student.
        name: the name, if the list has it.
        email: the address, if the list has it.
        section: the section, if the list has it.
        group: the group that hands in together, if the list has it.
        handed_in_at: when work came in, if the list is a platform's and says so.
    """

    student: str
    name: str = ""
    email: str = ""
    section: str = ""
    group: str = ""
    handed_in_at: dt.datetime | None = None


class Roster:
    """The students of a class, found by whatever a platform calls them.

    Args:
        people: the students, each with what else they are known by.
    """

    def __init__(self, people: Iterable[tuple[Person, Iterable[str]]]) -> None:
        self.people: list[Person] = []
        self._known: dict[str, list[Person]] = {}
        # Looked up last, so that what a list says exactly goes first.
        self._loosely: dict[str, list[Person]] = {}
        for person, names in people:
            self.people.append(person)
            for key in {*map(_key, names), *_name_keys(person.name)} - {""}:
                self._known.setdefault(key, []).append(person)
            for key in set(map(_loose_key, names)) - {""}:
                self._loosely.setdefault(key, []).append(person)
        self._groups: dict[str, list[Person]] = {}
        for person in self.people:
            self._groups.setdefault(_group_key(person.group), []).append(person)

    def members(self, name: str, ids: Iterable[str] = ()) -> tuple[Person, ...]:
        """Return whose a hand-in is: one student, or a group; empty if unknown.

        What could be several students, and is no group, is unknown.

        Args:
            name: what the layout calls the student.
            ids: what else it knows the student by; these are looked up first.
        """
        found = [*self._found(name, ids)]
        found += [self._loosely.get(_loose_key(key), []) for key in (*ids, name)]
        for people in found:
            if len(people) == 1:
                return (people[0],)
        return tuple(self._groups.get(_group_key(name), ())) if _key(name) else ()

    def several(self, name: str, ids: Iterable[str] = ()) -> bool:
        """Whether a hand-in could be of several students of the list."""
        return any(len(people) > 1 for people in self._found(name, ids))

    def _found(self, name: str, ids: Iterable[str]) -> Iterator[list[Person]]:
        for key in [*map(_key, ids), _key(name), *_name_keys(name)]:
            yield self._known.get(key, [])


def read_roster(path: Path, zone: dt.tzinfo | None = None) -> Roster:
    """Return the class list in a CSV file, a platform's own or one's own.

    Args:
        path: the file.
        zone: the time zone of the times in it.

    Raises:
        UsageError: it cannot be read, has no column that names students, or names one
            twice; the message lists every problem.
    """
    shown = clean_line(str(path), 200)
    rows = _rows(path, shown)
    heading = next(rows, [])
    kinds = [_BY_HEADING.get(fold(cell).strip()) for cell in heading]
    canvas = "sis login id" in [fold(cell).strip() for cell in heading]
    if canvas:
        kinds = [
            "name" if fold(c).strip() == "student" else k
            for c, k in zip(heading, kinds, strict=True)
        ]
    if not {*_CALLED, "first", "last"} & set(kinds):
        known = ", ".join(sorted(headings[0] for headings in _COLUMNS.values()))
        got = ", ".join(clean_line(cell, 40) for cell in heading[:8]) or "nothing"
        raise UsageError(
            f"--roster {shown}: expected a heading with some of {known}; got {got}."
        )
    called = _CALLED_BY_CANVAS if canvas else _CALLED
    tables = [_table(row, kinds) for row in rows]
    people = [_person(t, called, zone) for t in tables if not _is_nobody(t)]
    kept = [(person, keys) for person, keys in people if person.student]
    counts = Counter(person.student for person, _ in kept)
    twice = [
        f"--roster {shown}: {s} is there {n} times. Keep one row."
        for s, n in counts.items()
        if n > 1
    ]
    if twice:
        raise UsageError(listed(twice))
    if not kept:
        raise UsageError(f"--roster {shown}: there are no students in it.")
    return Roster(kept)


def _rows(path: Path, shown: str) -> Iterator[list[str]]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        text = decode(shown, data[:_MAX_BYTES]).text
    except OSError as error:
        raise UsageError(
            f"--roster {shown}: it cannot be read: {error.strerror}. Correct the path."
        ) from error
    except StudentError as error:
        raise UsageError(f"--roster {shown}: it is no CSV file.") from error
    first, _, below = text.partition("\n")
    # A line with which Excel is told what separates the cells.
    if first.startswith("sep="):
        text, first = below, first[4:5]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise UsageError(f"--roster {shown}: it is no CSV file: {error}.") from error
    return iter(rows)


def _table(row: list[str], kinds: list[str | None]) -> dict[str, str]:
    """Return a row's cells by what they are; of two columns the first that says one."""
    table: dict[str, str] = {}
    for kind, cell in zip(kinds, row, strict=False):
        # A list that a program made may have an apostrophe before a formula.
        text = clean_line(cell, 300).strip().removeprefix("'")
        if kind and text:
            table.setdefault(kind, text)
    if "name" not in table:
        table["name"] = f"{table.get('first', '')} {table.get('last', '')}".strip()
    return table


def _is_nobody(table: dict[str, str]) -> bool:
    return table["name"].strip().casefold() in _NOBODY


def _person(
    table: dict[str, str], called: tuple[str, ...], zone: dt.tzinfo | None
) -> tuple[Person, list[str]]:
    name = table["name"]
    if "," in name:
        last, _, first = name.partition(",")
        name = f"{first.strip()} {last.strip()}"
    student = next((table[kind] for kind in called if table.get(kind)), "")
    keys = [table[kind] for kind in _KEYS if kind in table]
    keys += [table["email"].partition("@")[0]] if "email" in table else []
    return (
        Person(
            student=clean_line(name if student == table["name"] else student, NAME_CAP),
            name=name,
            email=table.get("email", ""),
            section=table.get("section", ""),
            group=table.get("group", ""),
            handed_in_at=_time(table.get("time", ""), zone),
        ),
        keys,
    )


def _time(text: str, zone: dt.tzinfo | None) -> dt.datetime | None:
    for form in _TIMES:
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def _key(text: str) -> str:
    return " ".join(fold(text).split())


def _loose_key(text: str) -> str:
    """Return a number without what a spreadsheet adds or takes; "" if it is not one."""
    number = _key(text).removesuffix(".0")
    return (number.lstrip("0") or "0") if number.isdecimal() else ""


def _group_key(text: str) -> str:
    """Return a group's name as its words: `team-b` and `Team B` are one."""
    return " ".join(word.text for word in words_of(text))


def _name_keys(name: str) -> list[str]:
    """Return the forms in which platforms write a name: in any order, or joined."""
    words = [word.text for word in words_of(name)]
    if not words:
        return []
    keys = [f"name {' '.join(sorted(words))}"]
    if len(words) <= _MOST_WORDS:
        keys += [f"joined {''.join(o)}" for o in itertools.permutations(words)]
    return keys
