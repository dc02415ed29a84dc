#!/usr/bin/env python3
"""dlib in float on fully connected networks."""

import pathlib
import subprocess
import tempfile

import numpy
from compiled import package_version, program
from problem import Skipped, main

ACTIVATIONS = {"relu": "relu", "sigmoid": "sig", "tanh": "htan"}


def built(problem, layers):
    hidden, output = layers[0][2], layers[-1][2]
    if hidden not in ACTIVATIONS or not 2 <= len(layers) <= 4:
        raise Skipped("two to four layers with relu, sigmoid or tanh")
    is_classifier = output == "softmax"
    is_scalar = problem.nodes[-1]["output_shape"] == [1]
    defines = [f"DEPTH={len(layers)}", f"HIDDEN={ACTIVATIONS[hidden]}", f"IS_CLASSIFIER={int(is_classifier)}",
               f"IS_SCALAR={int(is_scalar)}"]
    if output in ACTIVATIONS:
        defines.append(f"OUTPUT={ACTIVATIONS[output]}")
    return program("dlib_steps.cpp", ["dlib", "openblas", "pthread"], defines)


def rate_of(problem):
    """Its squared error is half of ours and not divided by the outputs; Adam does not mind."""
    if problem.loss != "mean_squared" or problem.optimiser["kind"] == "adam":
        return problem.learning_rate
    return problem.learning_rate * 2 / problem.nodes[-1]["output_shape"][0]


def rival(problem, arguments):
    layers = problem.dense_layers()
    if problem.kind == "population":
        raise Skipped("one network at a time")
    binary = built(problem, layers)
    kernels = [problem.parameter(kernel) for kernel, _, _ in layers]
    parameters = numpy.concatenate(
        [numpy.concatenate([k.ravel(), problem.parameter(bias)]) for k, (_, bias, _) in zip(kernels, layers)])
    x, y = problem.data("train")
    scored, targets = problem.scored_data()
    if problem.kind == "prediction":
        x, y, scored = x[:1], y[:1], scored[: problem.batch]
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(pathlib.Path(folder, name)) for name in ("parameters", "x", "y", "scored", "outputs")}
        for name, array in (("parameters", parameters), ("x", x), ("y", y), ("scored", scored)):
            array.astype("float32").tofile(files[name])
        settings = problem.optimiser
        words = [len(kernels) + 1, len(kernels[0]), *(k.shape[1] for k in kernels), settings["kind"], rate_of(problem),
                 settings.get("beta1", settings.get("momentum", 0)), settings.get("beta2", 0), problem.batch,
                 problem.warm_up, problem.steps, arguments.seconds, *files.values()]
        run = subprocess.run([binary, str(arguments.threads)], input=" ".join(map(str, words)), capture_output=True,
                             text=True, check=True)
        seconds, total = map(float, run.stdout.split())
        outputs = numpy.fromfile(files["outputs"], "float32").reshape(-1, kernels[-1].shape[1])
    if layers[-1][2] == "softmax" and problem.kind == "prediction":  # its layer ends before it, and did not time it
        outputs = numpy.exp(outputs - outputs.max(1, keepdims=True))
        outputs /= outputs.sum(1, keepdims=True)
    return seconds, problem.score(outputs, targets, [numpy.array(total)])


if __name__ == "__main__":
    main(rival, package_version("libdlib-dev"))
