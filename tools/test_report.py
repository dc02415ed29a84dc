#!/usr/bin/env python3
"""Reads the JUnit report that ctest wrote: shows what failed, then prints "PASSED FAILED SKIPPED"."""
import sys
import xml.etree.ElementTree

MOST_LINES = 25  # of a failed test's output
MOST_FAILURES = 10  # shown in full; the others by name


def main():
    cases = list(xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"))
    failed = [case for case in cases if case.get("status") == "fail"]
    skipped = [case for case in cases if case.get("status") in ("notrun", "disabled")]
    for index, case in enumerate(failed):
        print(f"failed: {case.get('name')}", file=sys.stderr)
        if index < MOST_FAILURES:
            output = (case.findtext("system-out") or "").splitlines()
            said = [line for line in output if not line.startswith(("[", "Note: Google", "Running main()"))]
            print("\n".join(f"  {line}" for line in said[:MOST_LINES]), file=sys.stderr)
    print(len(cases) - len(failed) - len(skipped), len(failed), len(skipped))


if __name__ == "__main__":
    main()
