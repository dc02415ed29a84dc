#!/usr/bin/env python3
"""Reads the JUnit report that ctest wrote: shows what failed, then prints "PASSED FAILED SKIPPED". A case that ran many
tests of GoogleTest in one process counts as all of them."""
import re
import sys
import xml.etree.ElementTree

MOST_LINES = 25  # of a failed test's output
MOST_FAILURES = 10  # shown in full; the others by name


def counted(output, outcome):
    """How many tests GoogleTest says had this outcome; 0 where it says nothing."""
    return sum(int(count) for count in re.findall(rf"^\[ +{outcome} +\] (\d+) tests?\b", output, re.MULTILINE))


def main():
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        status = case.get("status")
        many = counted(output, "PASSED")
        passed += many or (status == "run")
        skipped += counted(output, "SKIPPED") if many else status in ("notrun", "disabled")
        if status != "fail":
            continue
        failed += counted(output, "FAILED") or 1
        print(f"failed: {case.get('name')}", file=sys.stderr)
        if failed <= MOST_FAILURES:
            lines = [line for line in output.splitlines() if not re.match(r"\[(?!  FAILED)|Note: Google|Running main", line)]
            print("\n".join(f"  {line}" for line in lines[:MOST_LINES]), file=sys.stderr)
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
