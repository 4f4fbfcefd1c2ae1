"""A run as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from tinylite.testing.runner import Run

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run) -> bytes:
    """A test suite a pipe, a test case a case."""
    root = ElementTree.Element("testsuites", tests=str(len(run.outcomes)), failures=str(len(run.failed)))
    root.set("skipped", str(len(run.skipped)))
    root.set("time", f"{run.seconds:.3f}")
    for pipe in dict.fromkeys(outcome.pipe for outcome in run.outcomes):
        found = [outcome for outcome in run.outcomes if outcome.pipe == pipe]
        suite = ElementTree.SubElement(root, "testsuite", name=pipe, tests=str(len(found)))
        suite.set("failures", str(sum(bool(outcome.faults) for outcome in found)))
        suite.set("skipped", str(sum(bool(outcome.skipped) for outcome in found)))
        for outcome in found:
            case = ElementTree.SubElement(suite, "testcase", classname=pipe, name=outcome.case.name)
            case.set("time", f"{outcome.seconds:.3f}")
            case.set("file", outcome.case.span.source.path)
            case.set("line", str(outcome.case.span.line))
            if outcome.skipped:
                ElementTree.SubElement(case, "skipped", message=clean(outcome.skipped))
            if outcome.faults:
                failure = ElementTree.SubElement(case, "failure", message=clean(outcome.faults[0]))
                failure.text = clean("\n".join(outcome.faults))
    return written(root)


def written(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def clean(text: str) -> str:
    """Without what XML can't hold."""
    return _NOT_XML.sub("\ufffd", text)
