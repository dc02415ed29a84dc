#!/usr/bin/env python3
"""bench/compare.py with two steps a run beside made-up rivals: compare_test.py ISINGLASS_BINARY."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BINARY = str(pathlib.Path(sys.argv[1]).resolve())

# Called as a rival is, answers with our own command: it computes the same, or with ADD something else.
ECHO = """
import json, subprocess, sys
directory, workload = sys.argv[2:4]
line = subprocess.run([{binary!r}, "bench", "--workloads", workload, "--json", *sys.argv[4:]],
                      capture_output=True, text=True, check=True).stdout
answer = json.loads(line)
print(json.dumps({{"seconds": answer["seconds"], "metric": answer["metric"] + float(sys.argv[1]), "version": "7"}}))
"""


def compare(folder, *words):
    target = folder / "out.json"
    done = subprocess.run(
        [sys.executable, str(HERE / "compare.py"), "--ours", BINARY, "--steps", "2", "--sample-seconds", "0", "--repeats",
         "2", "--python", sys.executable, "--problems", str(folder / "problems"), "--json", str(target), *words],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(target.read_text()), done


def check_made_up_rivals(folder):
    echo = folder / "echo.py"
    echo.write_text(ECHO.format(binary=BINARY))
    document, done = compare(
        folder, "--workloads", "ann,ann-recorded,tabular", "--rivals", "none", "--add", f"same={sys.executable} {echo} 0",
        "--add", f"other={sys.executable} {echo} 1", "--add", "broken=false", "--add", "missing=/nowhere/at/all")
    rows = {row["workload"]: row["sides"] for row in document["rows"]}
    assert list(rows) == ["ann", "ann-recorded", "tabular"], rows
    assert set(rows["ann"]) == {"Isinglass", "same", "other"}, rows["ann"]
    assert set(rows["ann-recorded"]) == {"Isinglass", "without recording"}
    for name in ("ann", "tabular"):
        assert rows[name]["same"]["agrees"] and not rows[name]["other"]["agrees"]
        assert rows[name]["same"]["samples"] == 2 and rows[name]["same"]["ratio"] > 0
    failed = {(e["workload"], e["side"]) for e in document["failed"]}
    assert failed == {(w, s) for w in ("ann", "tabular") for s in ("broken", "missing")}, failed
    assert document["versions"]["same"] == "7" and "ANOTHER METRIC" in done.stdout
    return document


def check_numpy(folder):
    if importlib.util.find_spec("numpy") is None:
        return
    document, done = compare(folder, "--repeats", "1", "--rivals", "NumPy", "--workloads",
                             "profiles,xor,tabular-odd,wide-output,predict-tabular-256")
    for row in document["rows"]:
        assert row["sides"]["NumPy"]["agrees"], row
    assert len(document["rows"]) == 5, done.stderr


def check_threads(folder):
    """One thread, two, and two beside a busy process; of the workloads of a kind."""
    document, _ = compare(folder, "--workloads", "recorded,population,tabular", "--rivals", "none", "--threads", "1,2", "--busy",
                          "1", "--repeats", "1")
    cases = {(row["workload"], row["threads"], row["busy"]) for row in document["rows"]}
    assert {(name, *case) for name in ("ann-recorded", "population", "tabular") for case in ((1, 0), (2, 0), (2, 1))} <= cases
    return document


def check_page_of_all(document, threads):
    """With the tables of two threads and of start-up, size and memory; a missed target is named, and that nothing says why."""
    import performance_page

    small = {"rows": [{"name": "size", "what": "the command", "unit": "MB", "value": 2000, "lowest": 2000, "highest": 2000,
                       "others": {"another": 3}}]}
    text = performance_page.page(document, threads, small)
    for line in ("## Two threads against one", "| `tabular, 2 threads` |", "| `tabular, busy` |", "| the command | 2,000 MB |",
                 "| `size` | the command | under 10 MB | 2,000 MB | **missed** |"):
        assert line in text, (line, text)
    assert "size" in performance_page.unexplained((document, threads, small), {})
    assert "size" not in performance_page.unexplained((document, threads, small), {"size": "why"})


def check_page(document):
    """The page of these numbers has a line for every workload."""
    sys.path.insert(0, str(HERE.parent / "tools"))
    import performance_page

    text = performance_page.page(document)
    for row in document["rows"]:
        assert f"`{row['workload']}`" in text, text
    assert "| best other, µs |" in text and "other on `ann`: another metric" in text, text


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as place:
        numbers = check_made_up_rivals(pathlib.Path(place))
        check_page(numbers)
        check_page_of_all(numbers, check_threads(pathlib.Path(place)))
        check_numpy(pathlib.Path(place))
