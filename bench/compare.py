#!/usr/bin/env python3
"""Times Isinglass beside whichever rivals are installed, all on the same numbers, in turn, in one run.

    cmake --preset release && cmake --build --preset release --target isinglass_command
    build/release/isinglass datasets get mnist
    bench/compare.py --repeats 5 --json docs/performance.json
    bench/compare.py --workloads training,population --threads 1,2 --busy 1 --rivals "PyTorch,PyTorch bmm" --repeats 5 \\
        --json docs/performance-threads.json
    bench/footprint.py --json docs/performance-footprint.json
    tools/performance_page.py

`isinglass bench --export` writes each workload's data, network and initial parameters; every side trains from these on
the same batches for the same number of steps, after a warm-up, and prints its final metric: a side that ends elsewhere
has computed something else, and its time does not count. Before and after each sample the multiply-adds that the
machine manages are measured; samples taken while it was slow count only where there are no others. A rival that fails
or is not installed is left out with one line. Quote the ratios: machines differ, and change from minute to minute.
--busy 1 measures the most threads a second time, beside a process that is busy all the while.

Rivals come from Debian's python3-torch, python3-sklearn, libopenblas0, libfann-dev, libdlib-dev and libjemalloc2, ONNX Runtime from
PyPI's onnxruntime (on PYTHONPATH). --newer PYTHON measures another PyTorch as well, that of a virtual environment with PyPI's
torch, say, under names that tell its version; any other program with --add "NAME=COMMAND".
"""

import argparse
import contextlib
import dataclasses
import datetime
import functools
import json
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RIVALS = pathlib.Path(__file__).resolve().parent / "rivals"
OURS, PLAIN = "Isinglass", "without recording"
LIBRARIES = pathlib.Path("/usr/lib", f"{platform.machine()}-linux-gnu")
JEMALLOC = LIBRARIES / "libjemalloc.so.2"
OPENBLAS_OF_OPENMP = LIBRARIES / "openblas-openmp"  # shares its threads with PyTorch's own
SLOW = 0.9  # of the best rate seen: below, something else took a part of the machine
MOST_SECONDS = 300  # of a sample; who takes longer has failed


@dataclasses.dataclass
class Side:
    name: str
    command: list  # of what comes before DIRECTORY WORKLOAD --threads N ...
    environment: dict = dataclasses.field(default_factory=dict)
    kinds: tuple = ("training", "prediction", "population")  # of workloads that it is asked for
    keeps_record: bool = False


def rivals(python, newer=None):
    """All that there are; `newer`: a Python whose PyTorch is another one than Debian's."""
    tuned = {"ATEN_CPU_CAPABILITY": "avx512"} if "avx512f" in read_first("/proc/cpuinfo", "flags") else {}
    jemalloc = {"LD_PRELOAD": str(JEMALLOC), "MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always"}
    every, prediction, training = ("training", "prediction", "population"), ("prediction",), ("training",)
    torch = [
        ("PyTorch", "pytorch.py", ["--variant", "eager"], {}, every),
        ("PyTorch tuned", "pytorch.py", ["--variant", "tuned"], tuned, every),
        ("PyTorch tuned + jemalloc", "pytorch.py", ["--variant", "tuned"], {**tuned, **jemalloc}, every),
        ("PyTorch jit", "pytorch.py", ["--variant", "jit"], tuned, prediction),
        ("PyTorch bmm", "pytorch.py", ["--variant", "bmm"], tuned, ("population",)),
        ("PyTorch bf16", "pytorch.py", ["--variant", "bf16"], {**tuned, **jemalloc}, training),
    ]
    others = [
        ("NumPy", "numpy_by_hand.py", [], {}, every),
        ("scikit-learn", "scikit_learn.py", [], {}, every),
        ("plain script", "plain_script.py", [], {}, training),
        ("FANN", "fann.py", [], {}, training),
        ("dlib", "dlib_rival.py", [], {}, ("training", "prediction")),
        ("ONNX Runtime", "onnx_runtime.py", [], {}, prediction),
    ]
    table = [(python, *row) for row in torch + others]
    if newer:
        named = f"PyTorch {version_of_torch(newer)}"
        table += [(newer, row[0].replace("PyTorch", named), *row[1:]) for row in torch]
    return [Side(name, [python, str(RIVALS / file), *arguments], environment, kinds,
                 keeps_record=file == "plain_script.py")
            for python, name, file, arguments, environment, kinds in table
            if environment.get("LD_PRELOAD") is None or JEMALLOC.exists()]


@functools.cache
def version_of_torch(python):
    """Such as 2.9, of a Python that has one."""
    done = subprocess.run([python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"compare.py: {python} has no PyTorch: {(done.stderr.strip().splitlines() or ['it says nothing'])[-1]}")
    return ".".join(done.stdout.split(".")[:2])


def read_first(path, key):
    """What stands behind the first "key : value" or key=value of a file."""
    try:
        lines = pathlib.Path(path).read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        name, _, value = line.replace("=", ":", 1).partition(":")
        if name.strip() == key:
            return value.strip().strip('"')
    return ""


def run(command, environment=None):
    """The last line that the command prints, as JSON; ValueError says in one line why there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise ValueError(f"took longer than {MOST_SECONDS} seconds") from None
    except OSError as error:
        raise ValueError(str(error)) from None
    if done.returncode != 0:
        raise ValueError((done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1][:200])
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        raise ValueError("printed no JSON") from None


def environment_for(side, threads):
    """Exactly the threads that it is measured with, bound to cores of their own, whoever makes them."""
    environment = dict(os.environ)
    environment.pop("OPENBLAS_CORETYPE", None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[name] = str(threads)
    if threads > 1:
        environment["OMP_PROC_BIND"] = "true"
    if OPENBLAS_OF_OPENMP.is_dir() and side.name != OURS:
        environment["LD_LIBRARY_PATH"] = str(OPENBLAS_OF_OPENMP)
    return {**environment, **side.environment}


class Comparison:
    def __init__(self, arguments):
        self.arguments = arguments
        self.ours = [*shlex.split(arguments.ours), "bench"]
        self.problems = pathlib.Path(arguments.problems)
        self.known = rivals(arguments.python, arguments.newer)
        self.samples = {}  # (workload, threads, busy processes, side) -> samples
        self.versions, self.failed = {}, {}
        self.skipped = set()  # (workload, side)
        self.best_rate = {}
        self.last_probe = {}
        self.end = time.monotonic() + arguments.seconds if arguments.seconds else float("inf")

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def list_workloads(self):
        try:
            lines = subprocess.run([*self.ours, "--list", "--json"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            sys.exit(f"compare.py: {self.ours[0]} does not run; build it first: cmake --preset release && cmake --build "
                     "--preset release --target isinglass_command")
        rows = {row["workload"]: row for row in map(json.loads, lines.splitlines())}
        kinds = {"all": list(rows), "recorded": [name for name, row in rows.items() if row["recording"]]}
        for name, row in rows.items():
            if not row["recording"]:
                kinds.setdefault(row["kind"], []).append(name)
        names = [name for word in self.arguments.workloads.split(",") for name in kinds.get(word, [word])]
        self.check_names("workload", names, rows)
        if self.arguments.rivals not in ("all", "none"):
            self.check_names("rival", self.arguments.rivals.split(","), [rival.name for rival in self.known])
        return [rows[name] for name in names]

    def check_names(self, what, names, known):
        for name in names:
            if name not in known:
                sys.exit(f"compare.py: there is no {what} '{name}'; known: {', '.join(known)}")

    def export(self, workloads):
        """The workloads that can be measured: one whose data are missing is left out."""
        found = []
        for row in workloads:
            name = row["workload"]
            done = subprocess.run([*self.ours, "--workloads", name, "--export", str(self.problems)],
                                  capture_output=True, text=True)
            if done.returncode == 0:
                found.append(row)
            else:
                self.say(f"{name}: left out: {(done.stderr.strip().splitlines() or ['cannot be exported'])[-1]}")
        return found

    def probe(self, threads):
        """Right now: multiply-adds a second as a fraction of the best seen; bytes a second written where others read."""
        try:
            rates = run([*self.ours, "--probe", "--json", "--threads", str(threads)])
            rate = rates["float_flop_rate"]
        except (ValueError, KeyError):
            return 1.0, None
        self.best_rate[threads] = max(rate, self.best_rate.get(threads, 0))
        return rate / self.best_rate[threads], rates.get("shared_write_rate")

    def sides(self, workload):
        chosen = None if self.arguments.rivals == "all" else self.arguments.rivals.split(",")
        known = [side for side in self.known if workload["kind"] in side.kinds and (chosen is None or side.name in chosen)]
        added = [Side(name, shlex.split(command)) for name, _, command in (e.partition("=") for e in self.arguments.add)]
        ours = [Side(OURS, self.ours)]
        # A record is measured beside the same training without one, and those who keep one, too.
        if workload["recording"]:
            return [*ours, Side(PLAIN, self.ours), *(side for side in known if side.keeps_record)]
        return [*ours, *known, *added]

    def command(self, side, workload, threads):
        common = ["--threads", str(threads), "--seconds", str(self.arguments.sample_seconds)]
        if self.arguments.steps:
            common += ["--steps", str(self.arguments.steps)]
        name = workload["beside"] if side.name == PLAIN else workload["workload"]
        if side.command == self.ours:
            return [*side.command, "--workloads", name, "--json", *common]
        return [*side.command, str(self.problems), name, *common]

    def sample(self, side, workload, threads, busy):
        name = workload["workload"]
        if (name, side.name) in self.failed or (name, side.name) in self.skipped:
            return
        # What the machine managed after the last sample is what it manages before this one.
        before = self.last_probe.get(threads) or self.probe(threads)
        try:
            with beside_busy(busy):
                result = run(self.command(side, workload, threads), environment_for(side, threads))
            if "skipped" not in result and not (result["seconds"] > 0 and isinstance(result["metric"], (int, float))):
                raise ValueError("printed no time")
        except (ValueError, KeyError, TypeError) as error:
            self.failed[name, side.name] = str(error)
            self.say(f"{name}: {side.name} failed: {error}")
            return
        if "skipped" in result:
            self.skipped.add((name, side.name))
            return
        self.last_probe[threads] = after = self.probe(threads)
        self.versions[side.name] = result.get("version", "unknown")
        self.samples.setdefault((name, threads, busy, side.name), []).append(
            {**result, "machine": round(min(before[0], after[0]), 3), "shared_write_rate": after[1]})

    def measure(self, workloads):
        threads = [int(t) for t in self.arguments.threads.split(",")]
        cases = [(t, 0) for t in threads] + [(max(threads), self.arguments.busy)] * (self.arguments.busy > 0)
        for repeat in range(self.arguments.repeats):
            for workload in workloads:
                for count, busy in cases:
                    self.last_probe.clear()
                    for side in self.sides(workload):
                        if time.monotonic() > self.end:
                            self.say("the time is up")
                            return
                        self.sample(side, workload, count, busy)
                self.say(f"{repeat + 1}/{self.arguments.repeats} {workload['workload']}")
            self.save(workloads)

    def save(self, workloads):
        """After every round, so that a run that is cut short leaves what it has."""
        if self.arguments.json:
            text = json.dumps(self.document(workloads), indent=1) + "\n"
            pathlib.Path(self.arguments.json).write_text(text)

    def rows(self, workloads):
        keys = dict.fromkeys(key[:3] for key in self.samples)
        by_name = {w["workload"]: w for w in workloads}
        rows = []
        for key in keys:
            samples = {k[3]: v for k, v in self.samples.items() if k[:3] == key}
            if OURS in samples:
                rows.append(row_of(by_name[key[0]], key[1], key[2], samples))
        return sorted(rows, key=lambda row: list(by_name).index(row["workload"]))

    def document(self, workloads):
        return {
            "date": datetime.date.today().isoformat(),
            "machine": machine(self.ours, self.arguments.threads),
            "versions": self.versions,
            "settings": {"repeats": self.arguments.repeats, "sample_seconds": self.arguments.sample_seconds,
                         "niceness": os.nice(0), "busy": self.arguments.busy},
            "failed": [{"workload": n, "side": s, "why": why} for (n, s), why in self.failed.items()],
            "rows": self.rows(workloads),
        }


@contextlib.contextmanager
def beside_busy(count):
    """So many processes that are busy all the while."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def is_slow(sample):
    return sample["machine"] < SLOW


def summary_of(samples):
    quiet = [s for s in samples if not is_slow(s)]
    used = quiet or samples
    times = [s["seconds"] for s in used]
    return {"microseconds": 1e6 * statistics.median(times), "lowest": 1e6 * min(times), "highest": 1e6 * max(times),
            "samples": len(samples), "quiet": len(quiet),
            "every_sample": [{"microseconds": 1e6 * s["seconds"], "machine": s["machine"],
                              "shared_write_rate": s["shared_write_rate"]} for s in samples],
            "metric": statistics.median(s["metric"] for s in used)}


def row_of(workload, threads, busy, samples):
    """One workload on so many threads beside so many busy processes: times, and how many times longer each rival takes."""
    sides = {name: summary_of(list_) for name, list_ in samples.items()}
    ours = sides[OURS]
    ours["flop_rate"] = statistics.median(s.get("flop_rate", 0) for s in samples[OURS])
    ours["fraction_of_limit"] = statistics.median(s.get("fraction_of_limit", 0) for s in samples[OURS])
    for name, side in sides.items():
        if name == OURS:
            continue
        # Of two training runs that differ in length, as with a record, the metrics say nothing.
        side["agrees"] = name == PLAIN or agree(ours["metric"], side["metric"], workload["tolerance"])
        # The range that the samples allow, whichever of them are set against each other.
        side.update(ratio=side["microseconds"] / ours["microseconds"], ratio_lowest=side["lowest"] / ours["highest"],
                    ratio_highest=side["highest"] / ours["lowest"])
    return {"workload": workload["workload"], "summary": workload["summary"], "threads": threads,
            "busy": busy, "beside": workload["beside"], "recording": workload["recording"], "sides": sides}


def agree(a, b, tolerance):
    return abs(a - b) <= tolerance


def machine(ours, threads):
    counts = [int(t) for t in threads.split(",")]
    rates = []
    for count in counts:
        try:
            rates.append(run([*ours, "--probe", "--json", "--threads", str(count)]))
        except ValueError:
            pass
    flags = read_first(pathlib.Path(ours[0]).parent / "CMakeCache.txt", "CMAKE_CXX_FLAGS_RELEASE")
    return {"processor": read_first("/proc/cpuinfo", "model name"), "processors": os.cpu_count(),
            "system": read_first("/etc/os-release", "PRETTY_NAME"),
            "compiler": compiler(), "flags": flags.removeprefix("STRING:") or "unknown flags", "rates": rates}


def compiler():
    try:
        return subprocess.run(["g++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def text_of(document):
    lines = [f"{'workload':<24}{'threads':>7}{'busy':>5}  {'side':<26}{'us a step':>12}{'ratio':>9}   (range)          metric"]
    for row in document["rows"]:
        for name, side in row["sides"].items():
            line = f"{row['workload']:<24}{row['threads']:>7}{row['busy']:>5}  {name:<26}{side['microseconds']:>12.5g}"
            if name == OURS:
                line += " " * 30
            else:
                line += f"{side['ratio']:>9.3g}   ({side['ratio_lowest']:.3g} to {side['ratio_highest']:.3g})".ljust(30)
            line += f"{side['metric']:.6g}"
            line += "" if side.get("agrees", True) else "  ANOTHER METRIC: does not count"
            line += "" if side["quiet"] else "  (slow machine)"
            lines.append(line)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", default="all", 
                        help="names with commas between them, or kinds: all, training, population, prediction, recorded")
    parser.add_argument("--rivals", default="all", help="names with commas between them, all or none")
    parser.add_argument("--add", action="append", default=[], metavar="NAME=COMMAND",
                        help="one more rival, called with DIRECTORY WORKLOAD --threads N --seconds S")
    parser.add_argument("--threads", default="1", help="such as 1,2")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0, help="in all; 0 = as long as it takes")
    parser.add_argument("--sample-seconds", type=float, default=0.3, help="to be timed in a sample, at least")
    parser.add_argument("--steps", type=int, default=0, help="of a run, in place of the workload's own, for tests")
    parser.add_argument("--json", help="writes everything here")
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python that has the rivals")
    parser.add_argument("--newer", metavar="PYTHON", help="another Python, whose PyTorch is measured, too")
    parser.add_argument("--ours", default=str(ROOT / "build/release/isinglass"), help="the command to measure")
    parser.add_argument("--problems", default=str(ROOT / "build/bench-problems"), help="where workloads are written")
    parser.add_argument("--busy", type=int, default=0, help="the most threads once more, beside so many processes that are busy all the time")
    comparison = Comparison(parser.parse_args())
    workloads = comparison.export(comparison.list_workloads())
    comparison.measure(workloads)
    comparison.save(workloads)
    print(text_of(comparison.document(workloads)))


if __name__ == "__main__":
    main()
