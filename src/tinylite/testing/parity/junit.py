"""A comparison as JUnit XML, which CI systems read."""

from __future__ import annotations

from xml.etree import ElementTree

from tinylite.testing.junit import clean, written
from tinylite.testing.parity.run import Run


def junit(run: Run) -> bytes:
    """A test suite an endpoint, a test case a request; what could not be compared counts as skipped."""
    skipped = run.count("skipped")
    root = ElementTree.Element("testsuites", tests=str(len(run.outcomes)), failures=str(len(run.failed)))
    root.set("skipped", str(skipped))
    root.set("time", f"{run.seconds:.3f}")
    for subject in dict.fromkeys(outcome.subject for outcome in run.outcomes):
        found = [outcome for outcome in run.outcomes if outcome.subject == subject]
        suite = ElementTree.SubElement(root, "testsuite", name=subject, tests=str(len(found)))
        suite.set("failures", str(sum(outcome.failed for outcome in found)))
        suite.set("skipped", str(sum(outcome.verdict.state == "skipped" for outcome in found)))
        for outcome in found:
            case = ElementTree.SubElement(suite, "testcase", classname=subject, name=clean(outcome.case))
            case.set("time", f"{sum(seconds or 0 for seconds in outcome.seconds):.3f}")
            if outcome.failed:
                failure = ElementTree.SubElement(case, "failure", message=clean(outcome.verdict.reason))
                failure.text = clean("\n".join([f"{subject}?{outcome.query}", *outcome.verdict.lines]))
            elif outcome.verdict.state == "skipped":
                ElementTree.SubElement(case, "skipped", message=clean(outcome.verdict.reason))
    return written(root)
