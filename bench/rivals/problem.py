"""A workload as `isinglass bench --export` writes it, and how every rival written in Python measures itself on it.

    RIVAL.py DIRECTORY WORKLOAD [--threads N] [--seconds S] [--steps N] [--variant NAME]

prints one line of JSON: { "seconds": of a step, "metric": ..., "version": ... }, or { "skipped": why }.
"""

import argparse
import json
import pathlib
import statistics
import time

import numpy


class Skipped(Exception):
    """This rival cannot do this workload."""


class Problem:
    def __init__(self, directory, workload, steps=0, keeps_record=False):
        self.directory = pathlib.Path(directory)
        self.settings = json.loads((self.directory / f"{workload}.json").read_text())
        for name in ("workload", "kind", "precision", "target", "input_shape", "nodes", "loss", "optimiser", "batch",
                     "metric", "has_test"):
            setattr(self, name, self.settings[name])
        self.steps = steps or self.settings["steps"]
        self.warm_up = min(self.steps, self.settings["warm_up"])
        self.learning_rates = self.settings.get("learning_rates", [])
        self.learning_rate = self.optimiser["learning_rate"]
        if self.settings["recording"] and not keeps_record:
            raise Skipped("keeps no record")

    def parameter(self, name):
        return numpy.load(self.directory / f"{self.workload}-{name}.npy")

    def data(self, part):
        """Inputs (N, n_in), and targets: (N, n_out), or of classes (N,) integers."""
        stem = f"{self.settings['data']}-{part}"
        x = numpy.load(self.directory / f"{stem}-x.npy")
        if self.target == "inputs":
            return x, x
        return x, numpy.load(self.directory / f"{stem}-{'labels' if self.target == 'labels' else 'y'}.npy")

    def scored_data(self):
        """What the metric is taken on."""
        return self.data("test" if self.has_test else "train")

    def batches(self, rows):
        """Slices of the batches of self.steps steps, in the order of the data, beginning anew at its end."""
        return [slice(i, min(i + self.batch, rows)) for i in range(0, rows, self.batch)]

    def dense_layers(self):
        """[(name of the layer's kernel, of its bias, activation)]; Skipped for any other network."""
        layers = []
        for node in self.nodes:
            if node["kind"] == "dense":
                layers.append([*node["parameters"], "linear"])
            elif node["kind"] in ("relu", "sigmoid", "tanh", "softmax", "linear"):
                layers[-1][2] = node["kind"]
            elif node["kind"] != "flatten":
                raise Skipped(f"no layer of kind {node['kind']}")
        return layers

    def score(self, outputs, targets, parameters):
        """The metric from outputs for the scored data; parameters: arrays of all weights and biases."""
        if self.metric == "parameter_sum":
            return float(sum(p.astype("float64").sum() for p in parameters))
        if self.metric == "accuracy":
            return float((outputs.argmax(1) == targets).mean())
        if self.metric == "mean_square":
            return float((outputs.astype("float64") ** 2).mean())
        return float(((outputs.astype("float64") - targets) ** 2).mean())


def measure_training(problem, seconds, make, run):
    """Seconds of a step, and the state after the last run: make() gives a fresh one, run(state, steps) trains it."""
    run(make(), problem.warm_up)
    times = []
    while not times or sum(times) < seconds:
        state = make()
        start = time.perf_counter()
        run(state, problem.steps)
        times.append(time.perf_counter() - start)
    return statistics.median(times) / problem.steps, state


def measure_calls(seconds, call):
    """Seconds of a call, which is warmed up before."""
    for _ in range(5):
        call()
    times = []
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(rival, version, variants=("",), keeps_record=False):
    """rival(problem, arguments) returns seconds of a step and the metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("workload")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.3, help="to be timed at least")
    parser.add_argument("--steps", type=int, default=0, help="of a run, in place of the workload's own")
    parser.add_argument("--variant", default=variants[0], choices=variants)
    arguments = parser.parse_args()
    try:
        problem = Problem(arguments.directory, arguments.workload, arguments.steps, keeps_record)
        seconds, metric = rival(problem, arguments)
        print(json.dumps({"seconds": seconds, "metric": metric, "version": version}))
    except Skipped as skipped:
        print(json.dumps({"skipped": str(skipped)}))
