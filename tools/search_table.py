#!/usr/bin/env python3
"""Renews the table of docs/search.md: population based training beside random search and hand tuning.

    tools/search_table.py [--seeds 10] [--binary build/release/isinglass]

All three have the same budget: ten networks of fifteen epochs, as examples/fashion-search.toml says. By hand: the
settings of that file, ten first weights; the best of them by the validation data. The winner's exported experiment is
trained again, and its accuracy on the test data compared with the winner's.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPERIMENT = ROOT / "examples" / "fashion-search.toml"
PAGE = ROOT / "docs" / "search.md"
BEGIN, END = "<!-- table: tools/search_table.py -->\n", "<!-- end of table -->\n"
METHODS = [
    ("population based training", ["search.method=pbt"]),
    ("random search", ["search.method=random"]),
    ("by hand", ["search.method=random", "search.space={ seed = { integer = [0, 4294967295] } }"]),
]


def last_event(words):
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr.strip())
    return json.loads(result.stdout.splitlines()[-1])


def accuracies(binary, folder, seed, overrides):
    """Of the winner on validation and test data, and of its exported experiment on test data."""
    settings = [word for override in overrides for word in ("--set", override)]
    found = last_event([binary, "search", EXPERIMENT, *settings, "--seed", seed, "-o", f"{folder}/search", "--json"])
    again = last_event([binary, "train", f"{folder}/search/best.toml", "--set", "record=off", "--out", f"{folder}/run", "--json"])
    return found["best"]["score"], found["metrics"]["test"]["accuracy"], again["metrics"]["test"]["accuracy"]


def error_of(numbers):
    return statistics.stdev(numbers) / math.sqrt(len(numbers))


def table(results):
    first = METHODS[0][0]
    text = "| method | validation accuracy | test accuracy | test: difference from PBT | exported experiment, largest difference |\n"
    text += "|---|---|---|---|---|\n"
    for name, _ in METHODS:
        rows = results[name]
        test = [100 * row[1] for row in rows]
        differences = [100 * (row[1] - other[1]) for row, other in zip(rows, results[first])]
        beside = "" if name == first else f"{statistics.mean(differences):+.2f} ± {error_of(differences):.2f}"
        text += (f"| {name} | {statistics.mean(100 * row[0] for row in rows):.2f} % | {statistics.mean(test):.2f} ± "
                 f"{error_of(test):.2f} % | {beside} | {max(100 * abs(row[1] - row[2]) for row in rows):.2f} |\n")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--binary", default=str(ROOT / "build" / "release" / "isinglass"))
    arguments = parser.parse_args()
    results = {name: [] for name, _ in METHODS}
    for seed in range(1, arguments.seeds + 1):
        for name, overrides in METHODS:
            with tempfile.TemporaryDirectory() as folder:
                results[name].append(accuracies(arguments.binary, folder, seed, overrides))
            print(f"seed {seed}: {name}: {results[name][-1]}", file=sys.stderr)
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + table(results) + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
