"""The command line: installs, starts, runs, stops, counts."""

import argparse
import sys
import time

from harness import plan, processes, results

SUITES = ("python", "node", "browser", "java", "clients", "servers", "samples")


def main():
    parser = argparse.ArgumentParser(prog="conformance/run", description="Real clients against a real server process.")
    parser.add_argument("--suites", default=",".join(SUITES), help=f"comma-separated, of {', '.join(SUITES)}")
    parser.add_argument("--transports", default="direct,nginx", help="of direct, nginx")
    parser.add_argument("--write-report", action="store_true", help="write docs/compatibility.md from this run")
    parser.add_argument("--long", action="store_true", help="also what takes minutes to install: llama-cpp-python")
    options = parser.parse_args()
    wanted = set(options.suites.split(","))
    unknown = wanted - set(SUITES)
    if unknown:
        parser.error(f"unknown suites {sorted(unknown)}; known are {', '.join(SUITES)}")
    began = time.monotonic()
    suites = []
    for suite in plan.run(wanted, set(options.transports.split(",")), options.long):
        suites.append(suite)
        print(suite.line(), flush=True)
        for case in suite.cases:
            if case.outcome == "failed":
                print(f"  FAILED {case.feature}: {case.name}")
                print("    " + case.message[:1500].replace("\n", "\n    "))
            if case.outcome == "skipped":
                print(f"  skipped {case.feature}: {case.name}: {case.message.splitlines()[0] if case.message else ''}")
    processes.stop_all()
    if options.write_report:
        results.write_page(suites)
    passed, failed, skipped = (sum(suite.count(o) for suite in suites) for o in ("passed", "failed", "skipped"))
    print(f"conformance took {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


sys.exit(main())
