"""A tree and a request's arguments to SQL. Values never enter the text: they are bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template import nodes
from tinylite.template.evaluate import MAX_ITERATIONS, MAX_OUTPUT, Environment, Secrets
from tinylite.template.functions import Fragment, Identifiers, Nothing
from tinylite.template.lexer import is_template
from tinylite.template.parameters import Parameter, parameters
from tinylite.template.parser import parse_statements
from tinylite.template.quotes import quoted_outputs
from tinylite.template.rendered import Binder, Part, Rendered
from tinylite.template.values import TypedFloat, TypedInt, TypedList, TypedText, Undefined, bindable


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template. `statements` is empty for a text without tags, which is written out as it is."""

    span: Span
    statements: tuple[nodes.Statement, ...]
    parameters: tuple[Parameter, ...]


def parse(span: Span) -> Template:
    """Raises DiagnosticError with every fault of the template."""
    if not is_template(span.text):
        return Template(span, (), ())
    faults: list[Diagnostic] = []
    statements = parse_statements(span, faults)
    faults += [
        Diagnostic("TL301", "a value can't stand inside quotes", output.span,
                   "leave the quotes out: a text is quoted by itself; join texts with concat('%', {{String(x)}})")
        for output in quoted_outputs(statements)
    ]  # fmt: skip
    if faults:
        raise DiagnosticError(*faults)
    if all(isinstance(statement, nodes.Literal) for statement in statements) and not span.text.lstrip().startswith("%"):
        return Template(span, (), ())
    return Template(span, statements, parameters(statements))


def no_secrets(name: str) -> str | None:
    return None


def render(
    template: Template, arguments: Mapping[str, object], binder: Binder, *, secrets: Secrets = no_secrets
) -> Rendered:
    """Arguments are texts, or lists of texts for a name given several times.

    Raises DiagnosticError: TL304 and TL305 for parameters, TL306 for error(), TL307 and TL308 for the template itself;
    functions.CustomError for custom_error().
    """
    if not template.statements:
        text = template.span.text
        return Rendered(text, (Part(text, template.span, verbatim=True),))
    writer = _Writer(Environment(arguments, secrets), binder, [])
    writer.statements(template.statements)
    return Rendered("".join([part.text for part in writer.parts]), tuple(writer.parts), writer.env.hints)


@dataclass(slots=True)
class _Writer:
    env: Environment
    binder: Binder
    parts: list[Part]
    size: int = 0

    def statements(self, statements: Iterable[nodes.Statement]) -> None:
        for statement in statements:
            match statement:
                case nodes.Literal():
                    self._write(statement.text, statement.span, verbatim=True)
                case nodes.Output():
                    self._output(statement)
                case nodes.If():
                    self._if(statement)
                case nodes.Assign():
                    self.env.local[statement.name] = self.env.evaluate(statement.expression)
                case nodes.For():
                    self._for(statement)

    def _write(self, text: str, span: Span, *, verbatim: bool = False) -> None:
        self.size += len(text)
        if self.size > MAX_OUTPUT:
            raise DiagnosticError(Diagnostic("TL308", f"the template writes more than {MAX_OUTPUT:,} characters", span))
        self.parts.append(Part(text, span, verbatim))

    def _if(self, statement: nodes.If) -> None:
        for condition, body in statement.branches:
            if self.env.evaluate(condition):
                self.statements(body)
                return

    def _for(self, statement: nodes.For) -> None:
        iterable = self.env.evaluate(statement.iterable)
        if isinstance(iterable, Undefined) or iterable is None:
            iterable = []
        if not isinstance(iterable, list | tuple | str | dict):
            raise self.env.fault("TL307", "{% for %} needs a list", statement.iterable)
        for item in iterable:
            self.env.iterations += 1
            if self.env.iterations > MAX_ITERATIONS:
                raise self.env.fault("TL308", f"more than {MAX_ITERATIONS:,} turns of loops", statement.iterable)
            self._assign(statement, item)
            self.statements(statement.body)

    def _assign(self, statement: nodes.For, item: object) -> None:
        if len(statement.targets) == 1:
            self.env.local[statement.targets[0]] = item
            return
        if not isinstance(item, list | tuple) or len(item) != len(statement.targets):
            raise self.env.fault("TL307", f"{len(statement.targets)} names need as many values", statement.iterable)
        self.env.local.update(zip(statement.targets, item, strict=True))

    def _output(self, statement: nodes.Output) -> None:
        value = self.env.evaluate(statement.expression)
        match value:
            case Nothing():
                self._write("", statement.span)
            case Identifiers():
                self._write(value.text, statement.span)
            case Fragment():
                for part in value.parts:
                    self._write(part if isinstance(part, str) else self._bound(*part, statement), statement.span)
            case _:
                self._write(self._bound(self._name(value, statement), value, statement), statement.span)

    def _name(self, value: object, statement: nodes.Output) -> str:
        if isinstance(value, TypedInt | TypedFloat | TypedText | TypedList):
            return value.name
        return self.env.name_of(statement.expression)

    def _bound(self, name: str, value: object, statement: nodes.Output) -> str:
        bound = bindable(value, name)
        if bound is None:
            written = statement.span.text[2:-2].strip()
            message = f'expression "{written}" evaluated to null'
            raise DiagnosticError(Diagnostic("TL307", message, statement.span))
        return f"{{{self.binder.bind(name, bound)}:{bound.type}}}"
