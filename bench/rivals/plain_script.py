#!/usr/bin/env python3
"""A 3-2-1 network as teaching scripts write it: a line for each number, and each number kept for every epoch in an array
of its own, so that it can be plotted afterwards."""

import math
import platform

import numpy
from problem import Skipped, main, measure_training

QUANTITIES = ("a1 a2 out d1 d2 d3 w11 w21 w31 w12 w22 w32 v1 v2 b1 b2 b3 g11 g21 g31 g12 g22 g32 h1 h2 c1 c2 c3").split()


def train(parameters, x, y, rate, steps):
    """parameters: kernel (3, 2), bias (2), kernel (2, 1), bias (1); returns them after `steps` updates."""
    kept = {name: numpy.zeros(steps + 1) for name in QUANTITIES}
    (a1, a2, out, d1, d2, d3, w11, w21, w31, w12, w22, w32, v1, v2, b1, b2, b3,
     g11, g21, g31, g12, g22, g32, h1, h2, c1, c2, c3) = kept.values()
    (w11[0], w12[0]), (w21[0], w22[0]), (w31[0], w32[0]) = parameters[0]
    b1[0], b2[0] = parameters[1]
    (v1[0],), (v2[0],) = parameters[2]
    b3[0] = parameters[3][0]
    x1, x2, x3 = x
    for i in range(steps):
        # forward
        a1[i] = w11[i] * x1 + w21[i] * x2 + w31[i] * x3 + b1[i]
        a1[i] = 1.0 / (1.0 + math.exp(-a1[i]))
        a2[i] = w12[i] * x1 + w22[i] * x2 + w32[i] * x3 + b2[i]
        a2[i] = 1.0 / (1.0 + math.exp(-a2[i]))
        out[i] = v1[i] * a1[i] + v2[i] * a2[i] + b3[i]
        # backward
        d3[i] = out[i] - y
        d2[i] = a2[i] * (1.0 - a2[i]) * v2[i] * d3[i]
        d1[i] = a1[i] * (1.0 - a1[i]) * v1[i] * d3[i]
        # changes
        g11[i] = rate * d1[i] * x1
        g21[i] = rate * d1[i] * x2
        g31[i] = rate * d1[i] * x3
        g12[i] = rate * d2[i] * x1
        g22[i] = rate * d2[i] * x2
        g32[i] = rate * d2[i] * x3
        h1[i] = rate * d3[i] * a1[i]
        h2[i] = rate * d3[i] * a2[i]
        c1[i] = rate * d1[i]
        c2[i] = rate * d2[i]
        c3[i] = rate * d3[i]
        # the next epoch's
        w11[i + 1] = w11[i] - g11[i]
        w21[i + 1] = w21[i] - g21[i]
        w31[i + 1] = w31[i] - g31[i]
        w12[i + 1] = w12[i] - g12[i]
        w22[i + 1] = w22[i] - g22[i]
        w32[i + 1] = w32[i] - g32[i]
        v1[i + 1] = v1[i] - h1[i]
        v2[i + 1] = v2[i] - h2[i]
        b1[i + 1] = b1[i] - c1[i]
        b2[i + 1] = b2[i] - c2[i]
        b3[i + 1] = b3[i] - c3[i]
    return [series[-1] for series in (w11, w21, w31, w12, w22, w32, v1, v2, b1, b2, b3)]


def rival(problem, arguments):
    layers = problem.dense_layers()
    parameters = [problem.parameter(name) for layer in layers for name in layer[:2]]
    if [p.shape for p in parameters] != [(3, 2), (2,), (2, 1), (1,)] or problem.batch != 1:
        raise Skipped("a script for 3-2-1 and one sample")
    x, y = problem.data("train")

    def run(state, steps):
        state[:] = train(parameters, x[0], y[0, 0], problem.learning_rate, steps)

    seconds, state = measure_training(problem, arguments.seconds, list, run)
    return seconds, problem.score(None, None, [numpy.array(state)])


if __name__ == "__main__":
    main(rival, f"Python {platform.python_version()}", keeps_record=True)
