#!/usr/bin/env python3
"""Makes the pages of measurements, one for each machine, from numbers that bench/compare.py and bench/footprint.py wrote.

    tools/performance_page.py            writes docs/performance.md from docs/performance.json, and so on
    tools/performance_page.py --check    fails when a page is not what the numbers make, or a target is missed and
                                         nothing says why

Of the files, docs/performance-threads.json and docs/performance-footprint.json may be missing; so are their tables then.
docs/performance-reasons.toml says what the time goes to.
"""

import dataclasses
import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = ["performance", "performance-zen5"]
NOTE = "note"  # of the reasons of a page, what is said at its beginning
OURS, PLAIN = "Isinglass", "without recording"

# What is aimed at. Beside others: how many times longer they take at least.
BEST, TORCH = "the best other", "PyTorch's best in float"
BESIDE_OTHERS = [
    ("ann", "FANN", 1.6), ("ann", "PyTorch", 2300), ("ann", "plain script", 130), ("ann-recorded", "plain script", 20),
    ("profiles", BEST, 8), ("profiles", "PyTorch", 600), ("xor", "FANN", 1), ("xor", "PyTorch", 1000),
    ("tabular", BEST, 6), ("tabular", "PyTorch", 18), ("mnist-mlp", BEST, 1.7), ("mnist-mlp", "PyTorch", 2.1),
    ("mnist-cnn", TORCH, 1.8), ("lenet", TORCH, 3), ("autoencoder", BEST, 1.8), ("conv-autoencoder", TORCH, 6),
    ("population", "PyTorch bmm", 4), ("wide", TORCH, 1.05), ("wide-split", TORCH, 2), ("wide-bf16", "PyTorch bf16", 1),
    ("predict-tabular-1", "ONNX Runtime", 7), ("predict-mnist-mlp-1", "ONNX Runtime", 1.4),
    ("predict-mnist-cnn-1", "ONNX Runtime", 1.2), ("predict-lenet-1", "ONNX Runtime", 2.5),
    ("predict-tabular-256", BEST, 1.2), ("predict-mnist-mlp-256", BEST, 1), ("predict-mnist-cnn-256", BEST, 1.2),
    ("predict-lenet-256", BEST, 2),
]
UNITS = {"wide-split": "AMX"}  # aimed at only where this multiplies bf16
# Two threads against one: gain at least; and beside a busy process, on as many cores as threads: times slower at most.
GAINS = {"mnist-mlp": 1.5, "autoencoder": 1.5, "conv-autoencoder": 1.5, "mnist-cnn": 1.7, "lenet": 1.7, "wide": 1.7}
LEAST_GAIN, MOST_SLOWER = 1.0, 2.2
NO_LOSS = 0.97  # a gain that counts as 1: what two runs of the same differ by
BMM_ON_TWO = 7
# At most, in the unit of the row.
FOOTPRINTS = {"start-up": 10, "first-training": 30, "size": 10, "peak-memory": 120}

HEAD = """# Performance

Made by `tools/performance_page.py` from a run of `bench/compare.py`; do not edit. Every side trains from the same initial
parameters on the same batches for the same number of steps, in turn with the others, and must end with the same metric
(`isinglass bench --export` writes what they share). Only the training loop is timed, after a warm-up. Times are medians; behind a
ratio stand the lowest and the highest that the samples allow. Read the ratios: times hold for one machine on one day.
`isinglass bench` measures yours.

"PyTorch" is the plain loop that people write; tuned: images channels last, foreach optimisers, gradients set to None, AVX-512; +
jemalloc: with that allocator, told to keep its pages; jit: traced, frozen and optimised for inference; bmm: all members of a
population in one batched product, by hand. NumPy is vectorised by hand, on OpenBLAS. A plain script has a line for each number
and keeps all of them, as in teaching. ONNX Runtime is called through its C interface.
"""


def number(value):
    """Three digits."""
    if value >= 1e6:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{float(text):,.0f}" if "e" in text else text


def table(head, rows, sides):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---:" if side == "r" else "---" for side in sides) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def rivals_of(row):
    """Name and numbers of those that count: they computed the same."""
    return {name: side for name, side in row["sides"].items() if name not in (OURS, PLAIN) and side["agrees"]}


def best_rival(row):
    found = rivals_of(row)
    return min(found.items(), key=lambda item: item[1]["microseconds"]) if found else (None, None)


def ratio_text(side):
    return f"**{number(side['ratio'])}** ({number(side['ratio_lowest'])} to {number(side['ratio_highest'])})"


def machine_text(document):
    machine = document["machine"]
    lines = [f"{machine['processor']}, {machine['processors']} processors; {machine['system']}; "
             f"{machine['compiler']}, `{machine['flags']}`. {document['date']}. {rounds_text(document['rows'])}"]
    for rate in machine["rates"]:
        lines.append(
            f"On {threads_text(rate['threads'])} it does {rate['float_flop_rate'] / 1e9:.0f} GFLOP/s of multiply-adds in float "
            f"({rate['instruction_set']}; bf16 by {rate['bf16_unit']}), {rate['double_flop_rate'] / 1e9:.0f} in double, and reads "
            f"{rate['cache_rate'] / 1e9:.0f} GB/s of a megabyte, {rate['memory_rate'] / 1e9:.0f} of a hundred.")
    named = {}  # by version: variants of the same PyTorch tell it once
    for name, version in document["versions"].items():
        if name != PLAIN:
            named.setdefault((name.split()[0], version), f"PyTorch {version}" if name.startswith("PyTorch ") else f"{name} {version}")
    return "\n".join(lines) + f"\n\nVersions: {', '.join(named.values())}.\n"


def rounds_text(rows):
    sides = [side for row in rows for side in row["sides"].values()]
    samples, quiet = (sum(side[key] for side in sides) for key in ("samples", "quiet"))
    return (f"Up to {max(side['samples'] for side in sides)} rounds; in {samples - quiet} of {samples} samples the machine was busy "
            "with something else and slow, and they count only where there are no others.")


def threads_text(count):
    return "one thread" if count == 1 else f"{count} threads"


def ours_against_best(rows):
    lines = []
    for row in rows:
        ours, (name, best) = row["sides"][OURS], best_rival(row)
        torch = row["sides"].get("PyTorch")
        lines.append([f"`{row['workload']}`", row["summary"], number(ours["microseconds"]),
                      share(ours["fraction_of_limit"]),
                      f"{name}, {number(best['microseconds'])}" if best else "none", ratio_text(best) if best else "",
                      number(torch["ratio"]) if torch and torch["agrees"] else ""])
    return table(["workload", "what", "µs a step", "of the limit", "best other, µs", "ratio", "PyTorch"], lines, "llrrlrr")


def all_sides(rows):
    names = list(dict.fromkeys(name for row in rows for name in row["sides"] if name != PLAIN))
    lines = []
    for row in rows:
        cells = [f"`{row['workload']}`"]
        for name in names:
            side = row["sides"].get(name)
            cells.append("" if side is None else number(side["microseconds"]) + ("" if side.get("agrees", True) else " †")
                         + ("" if side["quiet"] else " ~"))
        lines.append(cells)
    return table(["µs a step", *names], lines, "l" + "r" * len(names))


def gains_of(document):
    """By workload: times on one and two threads and beside a busy process, and what they are to each other."""
    found = {}
    for row in document["rows"]:
        found.setdefault(row["workload"], {})[row["threads"], row["busy"]] = row
    for workload, rows in found.items():
        if (1, 0) not in rows or (2, 0) not in rows:
            continue
        def ratio(above, below, name):
            sides = [rows[key]["sides"].get(name) if key in rows else None for key in (above, below)]
            return sides[0]["microseconds"] / sides[1]["microseconds"] if all(sides) else None
        yield {"workload": workload, "one": rows[1, 0]["sides"][OURS], "two": rows[2, 0]["sides"][OURS],
               "busy": rows[2, 1]["sides"][OURS] if (2, 1) in rows else None,
               "gain": ratio((1, 0), (2, 0), OURS), "slower": ratio((2, 1), (2, 0), OURS),
               "other": "PyTorch bmm" if "PyTorch bmm" in rows[2, 0]["sides"] else "PyTorch",
               **{f"other {key}": ratio(*pair, "PyTorch bmm" if "PyTorch bmm" in rows[2, 0]["sides"] else "PyTorch")
                  for key, pair in (("gain", ((1, 0), (2, 0))), ("slower", ((2, 1), (2, 0))))}}


def shared_writes(side):
    """Lowest and highest, GB/s, of what the probe found after each sample."""
    rates = [s["shared_write_rate"] / 1e9 for s in side["every_sample"] if s.get("shared_write_rate")]
    return f"{min(rates):.0f} to {max(rates):.0f}" if rates else ""


def two_threads(document):
    def text(value, form="{:.2f}"):
        return "" if value is None else form.format(value)
    lines = []
    for row in gains_of(document):
        lowest, highest = (row["one"][a] / row["two"][b] for a, b in (("lowest", "highest"), ("highest", "lowest")))
        lines.append([f"`{row['workload']}`", number(row["one"]["microseconds"]), number(row["two"]["microseconds"]),
                      f"**{row['gain']:.2f}** ({lowest:.2f} to {highest:.2f})", shared_writes(row["two"]), text(row["other gain"]),
                      number(row["busy"]["microseconds"]) if row["busy"] else "", text(row["slower"]),
                      text(row["other slower"])])
    head = ["workload", "one thread, µs", "two, µs", "gain", "shared writes, GB/s", "PyTorch's", "two, one core busy, µs", "times slower", "PyTorch"]
    shared, explained = head.index("shared writes, GB/s"), "Shared writes: of memory that the other core has just read, after each sample. "
    if not any(line[shared] for line in lines):  # a run from before they were measured
        explained = ""
        for line in (head, *lines):
            del line[shared]
    return (f"{document['date']}. {rounds_text(document['rows'])} The busy process does nothing but count; two threads then "
            f"share what a core and a half give. {explained}PyTorch is the plain loop, for `population` the batched product.\n\n"
            + table(head, lines, "l" + "r" * (len(head) - 1)))


def footprint(document):
    def others(row):
        return ", ".join(f"{name} {number(value)}" for name, value in row.get("others", {}).items())
    lines = [[row["what"], f"{number(row['value'])} {row['unit']}", f"{number(row['lowest'])} to {number(row['highest'])}",
              others(row)] for row in document["rows"]]
    return table(["what", "median", "lowest and highest", "beside it, MB"], lines, "lrrl")


@dataclasses.dataclass
class Target:
    """A line of the table of targets. `name` is that of a workload, or of another thing that has a reason."""
    name: str
    what: str
    aim: str
    found: str
    is_reached: bool
    limit: str = ""


def rival_for(row, beside):
    rivals = rivals_of(row)
    if beside == BEST:
        return best_rival(row)
    if beside == TORCH:
        rivals = {name: side for name, side in rivals.items() if name.startswith("PyTorch") and "bf16" not in name}
        return min(rivals.items(), key=lambda item: item[1]["microseconds"], default=(None, None))
    return beside, rivals.get(beside)


def times_as_fast(least):
    return "as fast" if least == 1 else f"{number(least)} times as fast"


def targets_beside_others(document):
    unit = document["machine"]["rates"][0]["bf16_unit"]
    one = {row["workload"]: row for row in document["rows"]
           if row["threads"] == 1 and not row.get("busy") and UNITS.get(row["workload"], unit) == unit}
    for name, beside, least in BESIDE_OTHERS:
        rival, side = rival_for(one[name], beside) if name in one else (None, None)
        if side is None:
            continue
        what = beside if rival == beside else f"{beside}, {rival}"
        fraction = one[name]["sides"][OURS].get("fraction_of_limit", 0)
        yield Target(name, f"beside {what}", times_as_fast(least), f"{side['ratio']:.2f}" if side["ratio"] < 10 else number(side["ratio"]),
                     round(side["ratio"], 2) >= least, share(fraction) if fraction else "")


def targets_of_threads(document):
    for row in gains_of(document):
        least = GAINS.get(row["workload"], LEAST_GAIN)
        yield Target(row["workload"] + ", 2 threads", "beside one thread", times_as_fast(least),
                     f"{row['gain']:.2f}", row["gain"] >= (least if least > 1 else NO_LOSS))
        if row["slower"]:
            yield Target(row["workload"] + ", busy", "2 threads beside a busy process",
                         f"at most {MOST_SLOWER} times slower than quiet", f"{row['slower']:.2f}", row["slower"] <= MOST_SLOWER)
    for row in document["rows"]:
        bmm = rivals_of(row).get("PyTorch bmm")
        if row["workload"] == "population" and row["threads"] == 2 and not row["busy"] and bmm:
            yield Target("population, 2 threads", "beside PyTorch bmm, 2 threads", times_as_fast(BMM_ON_TWO),
                         number(bmm["ratio"]), bmm["ratio"] >= BMM_ON_TWO)


def targets_of_footprint(document):
    for row in document["rows"]:
        most = FOOTPRINTS[row["name"]]
        yield Target(row["name"], row["what"], f"under {most} {row['unit']}", f"{number(row['value'])} {row['unit']}",
                     row["value"] < most)


def targets_of(documents):
    numbers, threads, footprint = documents
    return [*targets_beside_others(numbers), *(targets_of_threads(threads) if threads else ()),
            *(targets_of_footprint(footprint) if footprint else ())]


def targets(documents):
    lines = [[f"`{t.name}`", t.what, t.aim, t.found, "reached" if t.is_reached else "**missed**", t.limit]
             for t in targets_of(documents)]
    return table(["workload", "", "aim", "measured", "", "of the limit"], lines, "lllrlr")


def share(fraction):
    """As a percentage; products of bf16 may exceed the limit, which is that of floats."""
    return f"{100 * fraction:.2g} %" if fraction < 0.995 else f"{100 * fraction:.0f} %"


def unexplained(documents, why):
    """Missed targets about which nothing is said."""
    return [t.name for t in targets_of(documents) if not t.is_reached and t.name not in why]


def recording(rows):
    lines = []
    for row in rows:
        if row["recording"] and PLAIN in row["sides"]:
            ours, plain = (row["sides"][name]["microseconds"] for name in (OURS, PLAIN))
            name, other = best_rival(row)
            lines.append([f"`{row['workload']}`", row["summary"], threads_text(row["threads"]), number(plain), number(ours),
                          f"{100 * (ours / plain - 1):+.1f} %" if ours < 2 * plain else f"{number(ours / plain)} times",
                          f"{name}, {number(other['microseconds'])}" if other else ""])
    head = ["workload", "what", "on", "µs without", "µs with", "cost", "others who keep it all, µs"]
    return table(head, lines, "lllrrrr") if lines else ""


def neighbours(rows):
    """Sizes that suit no vector against the round sizes beside them, in GFLOP/s."""
    one = {row["workload"]: row for row in rows if row["threads"] == 1}
    lines = []
    for row in one.values():
        beside = one.get(row["beside"])
        if row["recording"] or beside is None:
            continue
        rates = [r["sides"][OURS]["flop_rate"] / 1e9 for r in (row, beside)]
        lines.append([f"`{row['workload']}`", row["summary"], number(rates[0]), f"`{row['beside']}` {number(rates[1])}",
                      f"{rates[0] / rates[1]:.2f}"])
    return table(["workload", "what", "GFLOP/s", "beside it", "ratio"], lines, "llrrr") if lines else ""


def not_first(rows):
    lines = []
    for row in rows:
        faster = [f"{name} {number(side['microseconds'])} (ratio {number(side['ratio'])})"
                  for name, side in rivals_of(row).items() if side["ratio"] < 1]
        if faster:
            lines.append(f"- `{row['workload']}` on {threads_text(row['threads'])}: Isinglass takes "
                         f"{number(row['sides'][OURS]['microseconds'])} µs a step, {', '.join(faster)}.")
    return "\n".join(lines) + "\n" if lines else "None.\n"


def reasons(documents, why):
    names = dict.fromkeys([row["workload"] for row in documents[0]["rows"]] + [t.name for t in targets_of(documents)])
    lines = [f"- `{name}`: {' '.join(why[name].split())}" for name in names if name in why]
    return "\n".join(lines) + "\n" if lines else ""


def left_out(document):
    voided = [f"- {name} on `{row['workload']}`: another metric, {side['metric']:.5g} in place of "
              f"{row['sides'][OURS]['metric']:.5g} (†)." for row in document["rows"] for name, side in row["sides"].items()
              if not side.get("agrees", True)]
    lines = [f"- {e['side']} on `{e['workload']}` failed: {e['why']}." for e in document["failed"]] + voided
    return "\n".join(lines) + "\n" if lines else ""


def page(document, threads=None, small=None, why=None):
    """`threads`, `small`: of two threads and of start-up, size and memory, where they were measured. `why`: reasons."""
    why = why or {}
    rows = [row for row in document["rows"] if row["threads"] == 1 and not row.get("busy")]
    chosen = [row for row in rows if not row["recording"]]
    parts = [HEAD, *([why[NOTE] + "\n"] if NOTE in why else []), machine_text(document), "The limit is the time that the multiply-adds of a step's products, or the bytes of "
             "its parameters and inputs, take at these rates. A ratio is how many times longer the other takes.\n",
             "## On one thread\n", ours_against_best(chosen), "All sides; ~ on a slow machine only, † another metric, so it "
             "does not count:\n", all_sides(chosen)]
    for title, text in (("Two threads against one", two_threads(threads) if threads else ""),
                        ("What recording costs", recording(rows)),
                        ("Start-up, size, memory", footprint(small) if small else ""),
                        ("Sizes that suit no vector", neighbours(rows)), ("Where we are not first", not_first(rows)),
                        ("Targets", targets((document, threads, small))),
                        ("What the time goes to", reasons((document, threads, small), why)),
                        ("Left out", left_out(document))):
        if text:
            parts += [f"## {title}\n", text]
    return "\n".join(parts)


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    reasons_of = tomllib.loads((DOCS / "performance-reasons.toml").read_text())
    for name in PAGES:
        paths = [DOCS / f"{name}{kind}.json" for kind in ("", "-threads", "-footprint")]
        documents = [json.loads(path.read_text()) if path.exists() else None for path in paths]
        why, path = reasons_of.get(name, {}), DOCS / f"{name}.md"
        text = page(*documents, why)
        if not sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"docs/{name}.md is not what docs/{name}.json makes; run tools/performance_page.py")
        elif missing := unexplained(documents, why):
            sys.exit(f"docs/{name}.md: targets are missed and docs/performance-reasons.toml does not say why: "
                     f"{', '.join(missing)}")


if __name__ == "__main__":
    main()
