#!/usr/bin/env python3
"""Makes docs/performance.md from docs/performance.json, which bench/compare.py writes.

    tools/performance_page.py            writes the page
    tools/performance_page.py --check    fails when the page is not what the numbers make
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NUMBERS, PAGE = ROOT / "docs/performance.json", ROOT / "docs/performance.md"
OURS, PLAIN = "Isinglass", "without recording"

# By workload, what its time goes to: measured, and what was tried.
REASONS = {
    "predict-mnist-mlp-256": "Weights are copied into panels at each call, 5 % of it: a copy kept for the next call would have to "
                             "know that nobody has changed them. Tiles of 6 by 4, 9 by 3 and 14 by 2 vectors all come within 3 % "
                             "of the machine's limit from a first level cache; tiles of 14 by 2, which want rows copied, too, "
                             "prefetching and panels of equal depth saved nothing.",
    "wide": "Products take 77 % of a step at 237 GFLOP/s from packed operands, packing 14 %, the rest waits for the third level "
            "cache. Depths of 256 to 512 and wider blocks made no difference.",
    "wide-split": "Limits of the tile unit: docs/decisions/0014-narrow-products.md.",
    "wide-bf16": "Operands are packed from floats at each product, so that a step's results do not depend on the machine and "
                 "memory sees four bytes a number; PyTorch keeps copies in bf16.",
    "predict-mnist-cnn-1": "60 % is the dense layer, which reads its 4.7 MB at 31 GB/s; a loop that does "
                           "nothing but read gets no more from the third level cache, with or without huge pages and prefetching.",
    "ann": "810 instructions a step; the chain of dependent operations alone takes some 38 ns.",
    "profiles": "All of a step is one function, 12 samples in a vector and a half; its chains of e^x and divisions, layer after "
                "layer, leave most of the units idle.",
    "mnist-mlp": "Products take 78 % of a step, most of it near the machine's limit, copies into panels and the update of 235,146 "
                 "parameters 7 % each, bytes to floats 3 %.",
    "lenet": "Samples lie in lanes from the first convolution to the last pooling. Sums of convolutions take 40 % of a step, "
             "their gradients 19 %, both at 70 to 80 % of the machine's multiply-adds, dense layers 12 %, poolings 9 %, rectifiers "
             "6 %, images copied into their padding 7 %.",
    "conv-autoencoder": "As LeNet: sums 41 %, gradients 13 %, rectifiers 7 %. A quarter copies images into padding, twice for each "
                        "of them, and turns what comes in and goes out; a single output channel has but one multiply-add for "
                        "each number it loads.",
    "population": "Members of this size share cores, not lanes: docs/decisions/0013-tiers.md has what lanes bring and "
                  "where they cost.",
    "predict-lenet-1": "3.5 of 8.2 µs are multiply-adds at the machine's limit, 1.4 the 0.23 MB of the dense layers from the second "
                       "level cache. Places of the second convolution share factors, each with a load of its own for a multiply-"
                       "add: runs of taps that share these loads, too, wait for their chains and took 3 % longer. Prefetching the "
                       "dense layer's rows saved nothing.",
    "cnn-odd": "Kernels of 5 x 5 are summed directly; those of 3 x 3 beside them save products by Winograd's tiles, which the rate "
               "counts as made.",
    "xor": "Two tangents a step, each with a chain of e^x and a division.",
    "ann-recorded": "Of 1,000 steps the end takes as long as the steps: SQLite needs 0.24 ms for the half megabyte, its pages, threads "
                    "and files as much again. In longer runs, written meanwhile, a step takes 0.6 µs.",
}

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
            f"({rate['instruction_set']}), {rate['double_flop_rate'] / 1e9:.0f} in double, and reads "
            f"{rate['cache_rate'] / 1e9:.0f} GB/s of a megabyte, {rate['memory_rate'] / 1e9:.0f} of a hundred.")
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items()
                         if name != PLAIN and not name.startswith("PyTorch "))
    return "\n".join(lines) + f"\n\nVersions: {versions}.\n"


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
                      f"{100 * ours['fraction_of_limit']:.2g} %",
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


def two_threads(rows):
    one = {row["workload"]: row for row in rows if row["threads"] == 1}
    lines = []
    for row in rows:
        if row["threads"] == 1 or row["workload"] not in one or row["recording"]:
            continue
        def gain(name):
            sides = [r["sides"].get(name) for r in (one[row["workload"]], row)]
            return sides[0]["microseconds"] / sides[1]["microseconds"] if all(sides) else None
        torch = gain("PyTorch")
        lines.append([f"`{row['workload']}`", str(row["threads"]), f"{gain(OURS):.2f}", f"{torch:.2f}" if torch else ""])
    return table(["workload", "threads", "Isinglass", "PyTorch"], lines, "lrrr") if lines else ""


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


def reasons(rows):
    names = dict.fromkeys(row["workload"] for row in rows)
    return "\n".join(f"- `{name}`: {REASONS[name]}" for name in names if name in REASONS) + "\n"


def left_out(document):
    voided = [f"- {name} on `{row['workload']}`: another metric, {side['metric']:.5g} in place of "
              f"{row['sides'][OURS]['metric']:.5g} (†)." for row in document["rows"] for name, side in row["sides"].items()
              if not side.get("agrees", True)]
    lines = [f"- {e['side']} on `{e['workload']}` failed: {e['why']}." for e in document["failed"]] + voided
    return "\n".join(lines) + "\n" if lines else ""


def page(document):
    rows = document["rows"]
    counts = sorted({row["threads"] for row in rows})
    parts = [HEAD, machine_text(document), "The limit is the time that the multiply-adds of a step's products, or the bytes of "
             "its parameters and inputs, take at these rates. A ratio is how many times longer the other takes.\n"]
    for count in counts:
        chosen = [row for row in rows if row["threads"] == count and not row["recording"]]
        parts += [f"## On {threads_text(count)}\n", ours_against_best(chosen), "All sides; ~ on a slow machine only, † another "
                  "metric, so it does not count:\n", all_sides(chosen)]
    for title, text in (("Two threads against one", two_threads(rows)), ("What recording costs", recording(rows)),
                        ("Sizes that suit no vector", neighbours(rows)), ("Where we are not first", not_first(rows)),
                        ("What the time goes to", reasons(rows)),
                        ("Left out", left_out(document))):
        if text:
            parts += [f"## {title}\n", text]
    return "\n".join(parts)


def main():
    text = page(json.loads(NUMBERS.read_text()))
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit(f"{PAGE.relative_to(ROOT)} is not what {NUMBERS.relative_to(ROOT)} makes; run tools/performance_page.py")
        return
    if sys.argv[1:]:
        sys.exit(__doc__)
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
