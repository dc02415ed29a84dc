#!/usr/bin/env python3
"""Measures what a user meets before and besides the training: start-up, size on disk, memory.

    cmake --preset release && cmake --build --preset release --target isinglass_command
    bench/footprint.py --json docs/performance-footprint.json

Times are of whole processes, in turn, with the lowest and the highest beside the median. The size is that of the command
and the library as `cmake --install --strip` leaves them. Memory is the most that a process held at any time (the peak of
its resident set), with the data that it trains on; beside PyTorch, where it is installed.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import compare

EXAMPLE = compare.ROOT / "examples/ann-3-2-1.toml"


def process(command, place):
    """Seconds and peak bytes of a process."""
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    with child.stderr as errors:
        if child.returncode != 0:
            sys.exit(f"footprint.py: {' '.join(map(str, command))}: {errors.read().decode().strip()[-300:]}")
    return seconds, usage.ru_maxrss * 1024


def row(name, what, unit, values, **others):
    return {"name": name, "what": what, "unit": unit, "value": statistics.median(values), "lowest": min(values),
            "highest": max(values), "samples": len(values), **others}


def start_up(ours, repeats, place):
    version = [1e3 * process([ours, "--version"], place)[0] for _ in range(repeats)]
    train = [1e3 * process([ours, "train", EXAMPLE, "--quiet", "--out", f"run{i}"], place)[0] for i in range(repeats)]
    return [row("start-up", "`isinglass --version`", "ms", version),
            row("first-training", "`isinglass train` on the 3-2-1 network, recorded", "ms", train)]


def memory(arguments, place):
    problems = pathlib.Path(place, "problems")
    command = [arguments.ours, "bench", "--workloads", "mnist-mlp"]
    if subprocess.run([*command, "--export", problems], capture_output=True).returncode != 0:
        print("footprint.py: without mnist-mlp: its data are missing", file=sys.stderr)
        return []
    ours = [process(command, place)[1] / 1e6 for _ in range(3)]
    others = {}
    torch = next(side for side in compare.rivals(arguments.python) if side.name == "PyTorch")
    try:
        compare.run([*torch.command, str(problems), "mnist-mlp", "--threads", "1", "--seconds", "0"])
        others["PyTorch"] = process([*torch.command, problems, "mnist-mlp", "--threads", "1", "--seconds", "0"], place)[1] / 1e6
    except ValueError as error:
        print(f"footprint.py: without PyTorch: {error}", file=sys.stderr)
    return [row("peak-memory", "memory at most, `mnist-mlp`", "MB", ours, others=others)]


def size(ours, place):
    build = pathlib.Path(ours).parent
    prefix = pathlib.Path(place, "installed")
    done = subprocess.run(["cmake", "--install", build, "--strip", "--prefix", prefix], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"footprint.py: cannot install {build}: {done.stderr.strip()[-300:]}")
    files = {"command": prefix / "bin/isinglass", **{f.name: f for f in prefix.glob("lib*/**/*.a")}}
    sizes = {name: file.stat().st_size / 1e6 for name, file in files.items()}
    return [row("size", "the command as installed", "MB", [sizes.pop("command")], others=sizes)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=21, help="of what takes milliseconds")
    parser.add_argument("--json", help="writes everything here")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that has PyTorch")
    parser.add_argument("--ours", default=str(compare.ROOT / "build/release/isinglass"), help="the command to measure")
    arguments = parser.parse_args()
    arguments.ours = str(pathlib.Path(arguments.ours).resolve())
    with tempfile.TemporaryDirectory() as place:
        rows = [*start_up(arguments.ours, arguments.repeats, place), *size(arguments.ours, place), *memory(arguments, place)]
    document = {"date": datetime.date.today().isoformat(), "rows": rows}
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(document, indent=1) + "\n")
    for found in rows:
        others = "".join(f", {name} {value:.3g}" for name, value in found.get("others", {}).items())
        print(f"{found['what']}: {found['value']:.3g} {found['unit']} ({found['lowest']:.3g} to {found['highest']:.3g}){others}")


if __name__ == "__main__":
    main()
