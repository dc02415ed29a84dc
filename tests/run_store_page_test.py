#!/usr/bin/env python3
"""The examples of docs/run-store.md read a run as `isinglass show` does.

Usage: run_store_page_test.py ISINGLASS
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    isinglass = pathlib.Path(sys.argv[1]).resolve()
    page = (ROOT / "docs/run-store.md").read_text()
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    quantities = ["loss", "layer1.bias[0]"]  # of the examples, in their order
    assert len(examples) == len(quantities), "examples of docs/run-store.md that no quantity is named for"
    with tempfile.TemporaryDirectory() as directory:
        def run(*words):
            return subprocess.run(words, cwd=directory, check=True, capture_output=True, text=True).stdout
        run(isinglass, "train", ROOT / "examples/ann-3-2-1.toml", "--quiet")
        for example, quantity in zip(examples, quantities):
            read = {int(line.split()[0]): float(line.split()[1]) for line in run(sys.executable, "-c", example).splitlines()}
            shown = run(isinglass, "show", "runs/ann-3-2-1", quantity, "--all-epochs", "--csv").splitlines()[1:]
            for line in shown[:-1]:  # the state after training has no step with a loss
                epoch, value = int(line.split(",")[1]), float(line.split(",")[3])
                assert read[epoch] == value, f"{quantity} at epoch {epoch}: {read[epoch]} is not {value}"
            assert len(shown) > 1000
    print(f"{len(examples)} examples read what show shows")


if __name__ == "__main__":
    main()
