"""The template language: SQL with parameters and branches."""

from tinylite.template.frame import MissingParameters, Secrets, not_defined
from tinylite.template.functions import CACHE_TTLS, FUNCTIONS, METHODS, CustomError
from tinylite.template.parameters import Parameter, merge, missing_required, open_calls, sample_arguments
from tinylite.template.parser import TAGS
from tinylite.template.render import Template, parse, render
from tinylite.template.rendered import Binder, Rendered, Value

__all__ = [
    "CACHE_TTLS",
    "FUNCTIONS",
    "METHODS",
    "TAGS",
    "Binder",
    "CustomError",
    "MissingParameters",
    "Parameter",
    "Rendered",
    "Secrets",
    "Template",
    "Value",
    "merge",
    "missing_required",
    "not_defined",
    "open_calls",
    "parse",
    "render",
    "sample_arguments",
]
