"""The test runners: pytest, node's own, Surefire, and the samples. Each gives one or more suites."""

import json
import os
import re
import shutil
import subprocess
import time

from harness import install, webhooks
from harness.places import CONFORMANCE, PROJECT, REPORTS, SAMPLES, TARGET
from harness.results import Case, Suite, read_junit

LIMIT_SECONDS = 900
EXPECT = r"^(?://|#) expect: (.+)$"
SUFFIXES = {"cURL": ".sh", "Python": ".py", "JavaScript": ".mjs", "Java": ".java", "Go": ".go"}


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
    env = {**os.environ, **world.env(), **world.sample_env()}
    for sample in sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".sh", ".py", ".mjs", ".java", ".go")):
        expected = re.findall(EXPECT, sample.read_text(), re.MULTILINE)
        receives = sample.parent.name == "webhooks" and sample.stem.lower() == "verify"
        problem = _run_sample(tools, sample, env, expected, webhooks.receiver(world) if receives else _run)
        name = str(sample.relative_to(SAMPLES))
        cases.append(Case("samples", name, "failed" if problem else "passed", problem))
    if not cases:
        cases.append(Case("samples", "samples exist", "failed", f"none under {SAMPLES}"))
    return Suite("Samples", "", world.transport, "samples", cases)


def shown_samples(world, tools):
    """What the console and the documentation show as code, read from the rendered page and run as pasted."""
    place = TARGET / "shown"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    console = {
        "CONFORMANCE_CONSOLE": world.origin.replace("127.0.0.1", "localhost"),
        "CONFORMANCE_CLAIM": world.server.claim(),
        "CONFORMANCE_CHROMIUM": str(tools.chromium),
    }
    found = place / "found.json"
    install.run(["node", "console_samples.mjs", found], cwd=tools.node, env={**os.environ, **world.env(), **console})
    cases = []
    calls = {}
    for number, shown in enumerate(json.loads(found.read_text())):
        state, where, language, text = (shown[name] for name in ("state", "where", "language", "text"))
        sample = place / f"shown_{number}{SUFFIXES[language]}"
        sample.write_text(text)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("DOUBLEWORD_", "OPENAI_"))}
        filled = "filled" in state and "not" not in state
        problem = _run_sample(tools, sample, env if filled else {**env, **world.env()}, [])
        if "{{" in text or filled == ("DOUBLEWORD_" in text):
            problem += f"\nstands there as\n{text}"
        calls[state] = calls.get(state, 0) + 1
        cases.append(Case("samples", f"{state}: {where} {language}", "failed" if problem else "passed", problem))
    cases.append(_billed_to_the_organization(world, calls.get("filled in an organization", 0)))
    return Suite("Samples, as shown", "", world.transport, "samples", cases)


def _billed_to_the_organization(world, least):
    """Usage of what was filled in within an organization is the organization's."""
    name = "what was filled in an organization is in its usage"
    deadline = time.monotonic() + 60
    while True:
        counted = world.server.managed("usage", organization="sample-readers")["total_request_count"]
        if least and counted >= least:
            return Case("samples", name, "passed")
        if time.monotonic() > deadline:
            return Case("samples", name, "failed", f"{counted} requests of {least}")
        time.sleep(1)


def _run(command, cwd, env):
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
        cwd=cwd,
        timeout=180,
    )


def _run_sample(tools, sample, env, expected, run=_run):
    """What went wrong when a sample ran; empty if nothing did."""
    command, cwd = tools.command(sample)
    try:
        done = run([str(part) for part in command], cwd, env)
    except subprocess.TimeoutExpired:
        return "still running after 180 s"
    if done.returncode != 0:
        return f"exit {done.returncode}\n{done.stdout[-2000:]}"
    if not done.stdout.strip():
        return "printed nothing"
    for pattern in expected:
        if not re.search(pattern, done.stdout):
            return f"expected /{pattern}/ in\n{done.stdout[-2000:]}"
    return ""
