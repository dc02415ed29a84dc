#!/usr/bin/env python3
"""Times a training step of Isinglass beside PyTorch's, in turn, in one run.

    cmake --build build/release --target isinglass_workloads     after ./run, which fetches MNIST
    bench/compare.py [--repeats 5] [--json FILE]                  with Debian's python3-torch

Both train the same network on the same data with the same batches; a final metric that disagrees stops the
comparison, since nobody is fast by computing something else. Quote the ratios: machines are noisy.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# name, how far the final metrics may lie apart
WORKLOADS = {"ann-3-2-1": 1e-3, "mnist-mlp": 0.015, "mnist-cnn": 0.02, "mnist-conv-ae": 0.02}


def measure(command, threads):
    # Each side gets exactly the threads it is measured with: an OpenBLAS that spins on a core of its own would slow
    # PyTorch's "one thread" down.
    limits = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    limits.pop("OPENBLAS_CORETYPE", None)
    result = subprocess.run(command, capture_output=True, text=True, env=limits)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed: {result.stderr.strip().splitlines()[-1:]}")
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--json", help="also write every sample here")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that has PyTorch")
    arguments = parser.parse_args()
    ours = str(ROOT / "build/release/isinglass_workloads")
    rows = []
    for workload in arguments.workloads:
        tolerance = WORKLOADS[workload]
        for threads in (1, 2):
            sides = {
                "isinglass": [ours, workload, str(threads)],
                "pytorch": [arguments.python, str(ROOT / "bench/pytorch_workloads.py"), workload, str(threads)],
            }
            samples = {side: [] for side in sides}
            for _ in range(arguments.repeats):
                for side, command in sides.items():
                    samples[side].append(measure(command, threads))
            metrics = {side: statistics.median(s["metric"] for s in samples[side]) for side in sides}
            if abs(metrics["isinglass"] - metrics["pytorch"]) > tolerance:
                sys.exit(f"{workload}: the final metrics disagree: {metrics}")
            medians = {side: statistics.median(s["seconds"] for s in samples[side]) for side in sides}
            ratios = sorted(b["seconds"] / a["seconds"] for a, b in zip(samples["isinglass"], samples["pytorch"]))
            rows.append({"workload": workload, "threads": threads, "samples": samples, "metrics": metrics,
                         "microseconds": {side: 1e6 * m for side, m in medians.items()},
                         "ratio": statistics.median(ratios), "ratio_range": [ratios[0], ratios[-1]]})
    version = rows[0]["samples"]["pytorch"][0]["version"]
    print(f"microseconds a training step, medians of {arguments.repeats}; PyTorch {version}")
    print(f"{'workload':<14}{'threads':>8}{'isinglass':>12}{'pytorch':>12}{'ratio':>9}   (lowest to highest)")
    for r in rows:
        print(f"{r['workload']:<14}{r['threads']:>8}{r['microseconds']['isinglass']:>12.3g}"
              f"{r['microseconds']['pytorch']:>12.4g}{r['ratio']:>9.2f}   ({r['ratio_range'][0]:.2f} to {r['ratio_range'][1]:.2f})")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
