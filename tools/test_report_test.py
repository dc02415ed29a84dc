#!/usr/bin/env python3
"""What test_report.py counts, from a report as ctest writes it."""
import pathlib
import subprocess
import sys
import tempfile

REPORT = """<testsuite>
  <testcase name="Alone.Passes" status="run"><system-out/></testcase>
  <testcase name="Alone.Fails" status="fail"><system-out>expected 1, found 2</system-out></testcase>
  <testcase name="Alone.IsSkipped" status="notrun"><system-out>there is no chromium</system-out></testcase>
  <testcase name="Part.Passes" status="run"><system-out>
[  PASSED  ] 30 tests.
[  SKIPPED ] 2 tests, listed below:
  </system-out></testcase>
  <testcase name="Part.Fails" status="fail"><system-out>
[  PASSED  ] 1 test.
[  FAILED  ] 3 tests, listed below:
  </system-out></testcase>
  <testcase name="Part.Crashes" status="fail"><system-out>[ RUN      ] Kernel.Sums</system-out></testcase>
</testsuite>
"""

with tempfile.TemporaryDirectory() as place:
    report = pathlib.Path(place) / "tests.xml"
    report.write_text(REPORT, encoding="ascii")
    tool = pathlib.Path(__file__).with_name("test_report.py")
    told = subprocess.run([sys.executable, tool, report], capture_output=True, text=True, check=True)
assert told.stdout.split() == ["32", "5", "3"], told.stdout
for line in ("failed: Alone.Fails", "  expected 1, found 2", "failed: Part.Fails", "failed: Part.Crashes"):
    assert line in told.stderr.splitlines(), told.stderr
assert "chromium" not in told.stderr, told.stderr
