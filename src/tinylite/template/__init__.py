"""The template language: SQL with parameters and branches."""

from tinylite.template.functions import FUNCTIONS, METHODS, CustomError
from tinylite.template.parameters import Parameter, merge, missing_required, sample_arguments
from tinylite.template.render import Template, parse, render
from tinylite.template.rendered import Binder, Rendered, Value

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "Binder",
    "CustomError",
    "Parameter",
    "Rendered",
    "Template",
    "Value",
    "merge",
    "missing_required",
    "parse",
    "render",
    "sample_arguments",
]
