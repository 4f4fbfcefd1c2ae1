"""The instructions of one file, or of one node of a pipe, by name: what holds for every kind of datafile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from textwrap import dedent
from types import MappingProxyType

from tinylite.datafile.commas import split_at_commas, unbracketed
from tinylite.datafile.instructions import INSTRUCTIONS, Instruction, Place, Value
from tinylite.datafile.lines import Line
from tinylite.datafile.model import Grant, Text
from tinylite.diagnostics import Diagnostic, Severity, Span, did_you_mean

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAME_HINT = "letters, digits and _, no digit first"
_WHERE = {
    Place.DATASOURCE: "in a .datasource",
    Place.PIPE: "before the first NODE of a .pipe",
    Place.NODE: "in a node of a .pipe",
    Place.CONNECTION: "in a .connection",
}


@dataclass(slots=True)
class Section:
    """`heading` is what to point at when something is missing. Faults are added to `faults`, which sections share."""

    place: Place
    heading: Span
    faults: list[Diagnostic]
    values: dict[str, Text] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, hint))

    def warn(self, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic("TL114", message, span, hint, Severity.WARNING))

    def add(self, line: Line) -> None:
        instruction = INSTRUCTIONS[line.name]
        if self.place not in instruction.places:
            here, there = _WHERE[self.place], " or ".join(_WHERE[place] for place in instruction.places)
            self.fault("TL105", f"{line.name} does not belong {here}", line.span, f"it belongs {there}")
        elif line.name == "TOKEN":
            self._grant(line)
        else:
            if (earlier := self.spans.get(line.name)) is not None:
                message, hint = (
                    f"{line.name} is there twice: this one counts",
                    f"the other one is in line {earlier.line}",
                )
                self.faults.append(Diagnostic("TL104", message, line.span, hint, Severity.WARNING))
                self.values.pop(line.name, None)
            self.spans[line.name] = line.span
            self._keep(instruction, line)

    def _keep(self, instruction: Instruction, line: Line) -> None:
        value = line.value
        if instruction.ignored:
            self.warn(f"{line.name} has no effect", line.span, "it belongs to an older version of the format")
        if value is None or not value.value:
            if not (instruction.ignored or instruction.value.may_be_empty):
                hint = f"{line.name} is followed by {instruction.value.value}"
                self.fault("TL107", f"{line.name} is empty", line.span, hint)
            return
        if instruction.value is Value.NAME and NAME.fullmatch(value.value) is None:
            self.fault("TL113", f"{value.value} is no name", value.span, NAME_HINT)
        elif instruction.choices and "{{" not in value.value:
            self._choice(instruction, value)
        self.values[line.name] = value

    def _choice(self, instruction: Instruction, value: Text) -> None:
        if value.value.lower() not in instruction.choices:
            hint = did_you_mean(value.value, instruction.choices) or one_of(instruction.choices)
            self.fault("TL107", f"{instruction.name} can't be {value.value}", value.span, hint)

    def _grant(self, line: Line) -> None:
        """`TOKEN "name" READ`; without a scope it is READ, which an APPEND of the same name does not take away."""
        words = re.findall(r"\"([^\"]*)\"|'([^']*)'|(\S+)", line.value.value if line.value else "")
        name, *scope = ["".join(word) for word in words] or [""]
        match name, [word.upper() for word in scope]:
            case _, (["READ"] | []) if name:
                self.grants.append(Grant(name, "READ", line.span))
            case _, ["APPEND"] if name and self.place is Place.DATASOURCE:
                self.grants.append(Grant(name, "APPEND", line.span))
            case _, ["CREATE"] if name and self.place is Place.DATASOURCE:
                self.warn("the scope CREATE has no effect", line.place, "it belongs to an older version of the format")
            case _:
                hint = 'as in TOKEN "name" READ' + (" or APPEND" if self.place is Place.DATASOURCE else "")
                self.fault("TL107", "bad TOKEN", line.place, hint)

    def require(self, what: str, *alternatives: str, hint: str | None = None, at: Span | None = None) -> bool:
        """Whether one of the instructions is there; a fault at `at` if not."""
        if any(name in self.spans for name in alternatives):
            return any(name in self.values for name in alternatives)
        self.fault("TL106", f"{what} needs {' or '.join(alternatives)}", at or self.heading, hint)
        return False

    def text(self, name: str) -> str:
        """The value without the indentation that its lines share; a first line behind `>` has none."""
        value = self.values[name].value if name in self.values else ""
        return (dedent(value) if value[:1].isspace() else cleandoc(value)).strip()

    def words(self, name: str) -> tuple[str, ...]:
        words = (word.strip(" \t\"'") for word in re.split(r"[,\n]", self.text(name)))
        return tuple(word for word in words if word)

    def expression(self, name: str) -> Text | None:
        value = self.values.get(name)
        return None if value is None or value.value.strip() in ("", "tuple()") else value

    def expressions(self, name: str) -> tuple[Text, ...]:
        """`a, b`, `(a, b)`, `tuple(a, b)`, `tuple()`."""
        value = self.values.get(name)
        parts = split_at_commas(unbracketed(value.span)) if value else ()
        return tuple(Text(part.text, part) for part in parts)

    def group(self, *prefixes: str) -> Mapping[str, Text]:
        """The values of instructions whose names begin so."""
        return MappingProxyType({name: text for name, text in self.values.items() if name.startswith(prefixes)})

    def others(self, *names: str) -> Mapping[str, Text]:
        """The values of all but these."""
        return MappingProxyType({name: text for name, text in self.values.items() if name not in names})


def one_of(choices: Iterable[str]) -> str:
    *others, last = choices
    return f"write {', '.join(others)} or {last}" if others else f"write {last}"
