"""The test runners: pytest, node's own, Surefire, and the samples. Each gives one or more suites."""

import os
import re
import shutil
import subprocess

from harness import install
from harness.places import CONFORMANCE, PROJECT, REPORTS, SAMPLES
from harness.results import Case, Suite, read_junit

LIMIT_SECONDS = 900


def _attempt(name, command, env, cwd, report):
    """Runs a test runner; a runner that dies without a report is one failed case, never silence."""
    report.unlink(missing_ok=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **env},
            cwd=cwd,
            timeout=LIMIT_SECONDS,
        )
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output, code = f"still running after {LIMIT_SECONDS} s\n{late.stdout or ''}", -1
    (REPORTS / f"{name}.log").write_text(output)
    cases = read_junit(report) if report.exists() else []
    failed = any(case.outcome == "failed" for case in cases)
    if not cases or (code != 0 and not failed):
        cases.append(Case("runner", f"{name} ran", "failed", f"exit {code}\n{output[-3000:]}"))
    return cases


def _slug(*words):
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")


def python(world, executable, client, package, tests, kind="sdk"):
    """pytest over files of conformance/python."""
    name = _slug(client, world.transport)
    report = REPORTS / f"{name}.xml"
    command = [executable, "-m", "pytest", f"--junitxml={report}", *tests]
    cases = _attempt(name, command, world.env(), CONFORMANCE / "python", report)
    return Suite(client, install.python_version(executable, package), world.transport, kind, cases)


def node(world, place, client):
    """node --test over conformance/node."""
    name = _slug(client, install.node_version(place, "openai"), world.transport)
    report = REPORTS / f"{name}.xml"
    tests = sorted(path.name for path in place.glob("*.test.mjs"))
    command = [
        "node",
        "--test",
        "--test-concurrency=1",
        "--test-reporter=junit",
        f"--test-reporter-destination={report}",
        *tests,
    ]
    cases = _attempt(name, command, world.env(), place, report)
    return Suite(client, install.node_version(place, "openai"), world.transport, "sdk", cases)


def browser(world, place, chromium, static_pages):
    """openai for Node, bundled for a page of another origin, in headless Chromium."""
    name = _slug("browser", world.transport)
    report = REPORTS / f"{name}.xml"
    command = [
        "node",
        "--test",
        "--test-reporter=junit",
        f"--test-reporter-destination={report}",
        "browser.mjs",
    ]
    env = {**world.env(), "CONFORMANCE_CHROMIUM": chromium, **static_pages}
    cases = _attempt(name, command, env, place, report)
    return Suite("Node", install.node_version(place, "openai"), "browser", "sdk", cases)


def java(world, version):
    """JUnit by Surefire over conformance/src/test/java."""
    name = _slug("java", world.transport)
    reports = REPORTS / name
    shutil.rmtree(reports, ignore_errors=True)
    command = [
        PROJECT / "mvnw",
        "-q",
        "-Pconformance",
        "-pl",
        "conformance",
        "surefire:test",
        f"-Dconformance.reports={reports}",
        *world.java_trust("-Dconformance.trust="),
    ]
    missing = REPORTS / f"{name}.none"
    cases = _attempt(name, command, world.env(), PROJECT, missing)
    files = sorted(reports.glob("TEST-*.xml"))
    if files:
        cases = read_junit(*files)
    return Suite("Java", version, world.transport, "sdk", cases)


def samples(world, tools):
    """Each file under docs/samples, run as its reader would, with key and base URL in the environment."""
    cases = []
    for sample in sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".sh", ".py", ".mjs", ".java", ".go")):
        command, cwd = tools.command(sample)
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, **world.env(), **world.sample_env()},
                cwd=cwd,
                timeout=180,
            )
            problem = _sample_problem(sample.read_text(), done.returncode, done.stdout)
        except subprocess.TimeoutExpired:
            problem = "still running after 180 s"
        name = str(sample.relative_to(SAMPLES))
        cases.append(Case("samples", name, "failed" if problem else "passed", problem))
    if not cases:
        cases.append(Case("samples", "samples exist", "failed", f"none under {SAMPLES}"))
    return Suite("Samples", "", world.transport, "samples", cases)


def _sample_problem(text, code, output):
    if code != 0:
        return f"exit {code}\n{output[-2000:]}"
    if not output.strip():
        return "printed nothing"
    for expected in re.findall(r"^(?://|#) expect: (.+)$", text, re.MULTILINE):
        if not re.search(expected, output):
            return f"expected /{expected}/ in\n{output[-2000:]}"
    return ""
