"""A server's settings as options: a flag wins over an environment variable, that over --config FILE, that over the
default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinylite.cli.options import Decorator
from tinylite.server.settings import SETTINGS, Setting, Settings, hand_on, settings_of

if TYPE_CHECKING:
    from tinylite.diagnostics import Diagnostic, Source

_CONFIG = "TINYLITE_CONFIG"


def settings_options() -> Decorator:
    """--config and a flag a setting. The command gets `values`: the settings by name."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def with_values(*arguments: Any, **options: Any) -> Any:
            values = {setting.name: options.pop(setting.name) for setting in SETTINGS}
            return command(*arguments, values=values, **options)

        with_values.__doc__ = command.__doc__
        wrapped: Callable[..., Any] = with_values
        if hasattr(command, "__click_params__"):
            wrapped.__click_params__ = command.__click_params__  # type: ignore[attr-defined]
        for setting in reversed(SETTINGS):
            wrapped = _option(setting)(wrapped)
        return click.option(
            "--config", type=click.Path(path_type=Path, dir_okay=False, exists=True), envvar=_CONFIG, is_eager=True,
            expose_value=False, callback=_read, help="A YAML file of settings by name.",
        )(wrapped)  # fmt: skip

    return decorate


def checked(values: Mapping[str, object]) -> Settings:
    """Raises DiagnosticError (TL526)."""
    settings = settings_of(values)
    hand_on(values)
    return settings


def _option(setting: Setting) -> Decorator:
    flag = f"{setting.flag}/--no-{setting.flag[2:]}" if setting.kind == "switch" else setting.flag
    return click.option(
        flag, setting.name, type=_type(setting), default=setting.default, show_default=bool(setting.default),
        envvar=setting.variable, show_envvar=True, help=setting.doc,
    )  # fmt: skip


def _type(setting: Setting) -> click.ParamType[Any]:
    match setting.kind:
        case "integer":
            maximum = None if setting.maximum is None else int(setting.maximum)
            return click.IntRange(int(setting.minimum), maximum)
        case "number":
            return click.FloatRange(setting.minimum)
        case "switch":
            return click.BOOL
    return click.STRING


# -- the file ---------------------------------------------------------------------------------------------------------


def _read(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Makes what the file says the default. Raises DiagnosticError (TL526) at the place that is wrong."""
    if path is None:
        return
    from tinylite.diagnostics import DiagnosticError, Source

    source = Source(str(path), path.read_text(encoding="utf-8-sig", errors="replace"))
    found, faults = _settings_of_file(source)
    if faults:
        raise DiagnosticError(*faults)
    ctx.default_map = {**(ctx.default_map or {}), **found}


def _settings_of_file(source: Source) -> tuple[dict[str, object], list[Diagnostic]]:
    import yaml

    from tinylite.diagnostics import Diagnostic, did_you_mean

    known = {setting.name: setting for setting in SETTINGS}
    found: dict[str, object] = {}
    faults: list[Diagnostic] = []

    def fault(node: yaml.Node | None, message: str, hint: str | None = None) -> None:
        start, end = (node.start_mark.index, node.end_mark.index) if node is not None else (0, 0)
        faults.append(Diagnostic("TL526", message, source.span(start, end), hint))

    try:
        node = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        fault(None, f"bad YAML: {getattr(problem, 'problem', None) or 'it is no text'}")
        return found, faults
    if node is None:
        return found, faults
    if not isinstance(node, yaml.MappingNode):
        fault(node, "this file is a list of settings: name: value", "port: 8080")
        return found, faults
    for key, value in node.value:
        name = str(key.value)
        setting = known.get(name)
        if setting is None:
            fault(key, f"there is no setting {name}", did_you_mean(name, known))
            continue
        text = _text(value, setting)
        try:
            if text is None:
                raise click.BadParameter(f"{name} is one value" + (", or a list" if setting.kind == "list" else ""))
            _type(setting).convert(text, None, None)
        except click.BadParameter as problem:
            fault(value, f"{name}: {problem.message}")
        else:
            found[name] = text
    return found, faults


def _text(node: Any, setting: Setting) -> str | None:
    """As a flag has it; None when it is no such value."""
    if setting.kind == "list" and isinstance(node.value, list):
        items = [item.value for item in node.value]
        return ",".join(items) if all(isinstance(item, str) for item in items) else None
    return node.value if isinstance(node.value, str) else None
