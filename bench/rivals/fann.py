#!/usr/bin/env python3
"""FANN in double precision: plain gradient descent, one sample at a time or all at once."""

import subprocess

import numpy
from compiled import package_version, program
from problem import Skipped, main

# FANN's number of an activation and its steepness, by our name; its sigmoid is 1 / (1 + exp(-2 steepness z)).
ACTIVATIONS = {"linear": (0, 1.0), "sigmoid": (3, 0.5), "tanh": (5, 1.0)}


def rate_of(problem, activation):
    """Its gradient is that of half the squared error, summed over a batch, and of symmetric outputs half of that."""
    rate = problem.learning_rate
    if problem.loss == "mean_squared":
        rate *= 2 / problem.nodes[-1]["output_shape"][0]
    elif problem.loss != "half_squared":
        raise Skipped(f"no loss {problem.loss}")
    return 2 * rate if activation == "tanh" else rate


def text_of(number):
    return str(number) if isinstance(number, int) else repr(float(number))


def rival(problem, arguments):
    layers = problem.dense_layers()
    hidden, output = layers[0][2], layers[-1][2]
    if problem.kind != "training" or problem.optimiser["kind"] != "sgd" or problem.precision != "double":
        raise Skipped("plain gradient descent of small networks only")
    if {hidden, output} - set(ACTIVATIONS):
        raise Skipped("no such activation")
    x, y = problem.data("train")
    is_online = problem.batch == 1
    if not is_online and problem.batch != len(x):
        raise Skipped("one sample at a time or all of them")
    kernels = [problem.parameter(kernel) for kernel, _, _ in layers]
    weights = [numpy.vstack([kernel, problem.parameter(bias)[None]]).T.ravel()
               for kernel, (_, bias, _) in zip(kernels, layers)]
    test_x, test_y = problem.scored_data()
    words = [int(is_online), rate_of(problem, output), ACTIVATIONS[hidden][0], ACTIVATIONS[output][0],
             ACTIVATIONS[hidden][1], ACTIVATIONS[output][1], problem.warm_up, problem.steps, arguments.seconds,
             len(kernels) + 1, len(kernels[0]), *(kernel.shape[1] for kernel in kernels), *numpy.concatenate(weights),
             len(x), len(test_x), *numpy.hstack([x, y]).ravel(), *numpy.hstack([test_x, test_y]).ravel()]
    run = subprocess.run([program("fann_steps.cpp", ["doublefann", "m"])], input=" ".join(map(text_of, words)),
                         capture_output=True, text=True, check=True)
    seconds, total, *outputs = map(float, run.stdout.split())
    outputs = numpy.array(outputs).reshape(test_y.shape)
    return seconds, problem.score(outputs, test_y, [numpy.array(total)])


if __name__ == "__main__":
    main(rival, package_version("libfann-dev"))
