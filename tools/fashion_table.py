#!/usr/bin/env python3
"""Regenerates docs/fashion-table.md: the MLP rows of Table 3 of the Fashion-MNIST paper, on both data sets.

    tools/fashion_table.py [--seeds 5] [--binary build/release/isinglass]

The paper (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747) trained scikit-learn's MLPClassifier with its default
settings on standardised pixels; so do the experiments here: Adam at 0.001, batches of 200, an L2 penalty of 0.0001 and
early stopping on a tenth of the training data.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# activation, hidden widths, accuracy in the paper on Fashion-MNIST and on MNIST
ROWS = [
    ("relu", [100], 0.871, 0.972),
    ("relu", [100, 10], 0.870, 0.972),
    ("relu", [10, 10], 0.850, 0.936),
    ("relu", [10], 0.848, 0.933),
    ("tanh", [100], 0.868, 0.962),
    ("tanh", [100, 10], 0.863, 0.957),
    ("tanh", [10, 10], 0.841, 0.921),
    ("tanh", [10], 0.840, 0.921),
]
EXPERIMENT = """
[data]
source = "{source}"
scale = "standard"
input_shape = [784]
validation_fraction = 0.1
stratify = true
[model]
widths = [784, {widths}, 10]
activation = "{activation}"
output_activation = "softmax"
[train]
optimiser = {{ kind = "adam", learning_rate = 0.001 }}
batch_size = 200
epochs = {epochs}
l2 = 5e-7
early_stopping = {{ patience = 10 }}
"""


def accuracy(binary, folder, source, activation, hidden, seed, epochs):
    path = pathlib.Path(folder, "cell.toml")
    widths = ", ".join(map(str, hidden))
    path.write_text(f"seed = {seed}" + EXPERIMENT.format(source=source, widths=widths, activation=activation, epochs=epochs))
    run = [binary, "train", str(path), "--out", str(pathlib.Path(folder, "run")), "--json", "--quiet"]
    result = subprocess.run(run, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr.strip())
    return json.loads(result.stdout.splitlines()[-1])["metrics"]["test"]["accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--binary", default=str(ROOT / "build/release/isinglass"))
    parser.add_argument("--output", default=str(ROOT / "docs/fashion-table.md"))
    arguments = parser.parse_args()
    lines, short = [], []
    with tempfile.TemporaryDirectory() as folder:
        for done, (activation, hidden, *published) in enumerate(ROWS):
            cells = []
            for source, paper in zip(["fashion-mnist", "mnist"], published):
                scores = [accuracy(arguments.binary, folder, source, activation, hidden, seed, arguments.epochs)
                          for seed in range(1, arguments.seeds + 1)]
                mean, deviation = statistics.mean(scores), statistics.stdev(scores) if len(scores) > 1 else 0.0
                cells += [f"{paper:.3f}", f"{mean:.4f} ± {deviation:.4f}"]
                if mean < paper - 0.015:
                    short.append(f"{activation} {hidden} on {source}")
                print(f"{done + 1}/{len(ROWS)} {activation} {hidden} {source}: {mean:.4f} (paper {paper})", file=sys.stderr)
            lines.append(f"| {activation} | {', '.join(map(str, hidden))} | " + " | ".join(cells) + " |")
    head = (ROOT / "tools/fashion_table.head.md").read_text()
    text = head.format(seeds=arguments.seeds) + "\n".join(lines) + "\n"
    pathlib.Path(arguments.output).write_text(text)
    if short:
        sys.exit("more than 1.5 points below the paper: " + "; ".join(short))


if __name__ == "__main__":
    main()
