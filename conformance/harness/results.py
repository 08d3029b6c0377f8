"""What the test runners found, read from their JUnit XML, and the page that shows it."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from harness.places import REPORT_PAGE

FEATURES = [
    "models",
    "chat",
    "streaming",
    "tools",
    "json schema",
    "completions",
    "embeddings",
    "errors",
    "request ids",
    "retries",
    "unknown fields",
    "concurrency",
    "idempotency",
    "usage",
    "base paths",
]


@dataclass(frozen=True)
class Case:
    """One test: the feature it belongs to, its name, and how it ended."""

    feature: str
    name: str
    outcome: str
    message: str = ""


@dataclass
class Suite:
    """The cases of one client on one transport."""

    client: str
    version: str
    transport: str
    kind: str
    cases: list = field(default_factory=list)

    def count(self, outcome, feature=None):
        return sum(case.outcome == outcome and feature in (None, case.feature) for case in self.cases)

    def title(self):
        where = "" if self.transport == self.client else f", {self.transport}"
        return f"{self.client} {self.version}".strip() + where

    def line(self):
        skipped = self.count("skipped")
        return f"{self.title()}: {self.count('passed')} passed, {self.count('failed')} failed" + (
            f", {skipped} skipped" if skipped else ""
        )


def feature_of(name):
    """`test_json_schema`, `JsonSchemaTest` and `json schema` are the same feature."""
    name = name.rsplit(".", 1)[-1].removeprefix("test_").removesuffix("Test")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()


def read_junit(*files):
    """Every testcase of the files, nested suites included."""
    cases = []
    for file in files:
        _collect(ElementTree.parse(file).getroot(), "", cases)
    return cases


def _collect(element, suite, cases):
    for child in element:
        if child.tag == "testsuite":
            _collect(child, child.get("name") or suite, cases)
        elif child.tag == "testcase":
            classname = child.get("classname") or ""
            name = suite if classname in ("", "test") else classname
            cases.append(Case(feature_of(name), child.get("name"), *_outcome(child)))


def _outcome(testcase):
    for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = testcase.find(tag)
        if found is not None:
            return outcome, (found.get("message") or found.text or "").strip()
    return "passed", ""


def page(suites):
    """The compatibility page: the same results give the same bytes."""
    sdks = [suite for suite in suites if suite.kind == "sdk"]
    lines = [
        "# Compatibility",
        "",
        "Written by `conformance/run --write-report` from what it saw; `.ci/run` repeats it. Each column is an unmodified",
        "client, given only a base URL and a key, against a server process over HTTP.",
        "",
        "## The official OpenAI SDKs",
        "",
        "| | " + " | ".join(f"{suite.client} {suite.version}<br>{suite.transport}" for suite in sdks) + " |",
        "|---" * (len(sdks) + 1) + "|",
    ]
    for feature in _features(sdks):
        lines.append(f"| {feature} | " + " | ".join(_cell(suite, feature) for suite in sdks) + " |")
    lines += [
        "",
        "✓: all of its tests passed; ✗: how many failed; –: not tried there.",
        "Transports: *direct* is plain HTTP to the server; *nginx + TLS* is Debian's nginx in front with a certificate of its",
        "own authority; *browser* is headless Chromium on a page of another origin.",
    ]
    lines += _section(suites, "clients", "Other clients", "client")
    lines += _section(suites, "servers", "Model servers behind it", "server")
    return "\n".join([*lines, ""])


def _features(suites):
    """The usual ones in their order, then whatever else was tried."""
    tried = {case.feature for suite in suites for case in suite.cases}
    return [*FEATURES, *sorted(tried - set(FEATURES))]


def _cell(suite, feature):
    failed = suite.count("failed", feature)
    if failed:
        return f"✗ {failed}"
    return "✓" if suite.count("passed", feature) else "–"


def _section(suites, kind, heading, first):
    rows = []
    for suite in (suite for suite in suites if suite.kind == kind):
        for case in suite.cases:
            mark = {"passed": "✓", "failed": "✗", "skipped": "–"}[case.outcome]
            words = re.sub(r"^test ", "", case.name.replace("_", " "))
            rows.append(f"| {suite.client} {suite.version} | {words} | {mark} |")
    return ["", f"## {heading}", "", f"| {first} | what was tried | |", "|---|---|---|", *rows] if rows else []


def write_page(suites):
    REPORT_PAGE.write_text(page(suites))
