#!/usr/bin/env python3
"""NumPy as a careful programmer writes it: whole batches, in place where that saves an array, products by its BLAS."""

import numpy
from problem import Skipped, main, measure_calls, measure_training


def activate(z, kind):
    """In place."""
    if kind == "relu":
        return numpy.maximum(z, 0, out=z)
    if kind == "tanh":
        return numpy.tanh(z, out=z)
    if kind == "sigmoid":
        numpy.exp(numpy.negative(z, out=z), out=z)
        z += 1
        return numpy.reciprocal(z, out=z)
    if kind == "softmax":
        z -= z.max(-1, keepdims=True)
        numpy.exp(z, out=z)
        z /= z.sum(-1, keepdims=True)
    return z


def times_slope(d, a, kind):
    """d times the derivative of the activation whose outputs are a, in place."""
    if kind == "relu":
        d *= a > 0
    elif kind == "tanh":
        d *= 1 - a * a
    elif kind == "sigmoid":
        d *= a * (1 - a)
    return d


class Network:
    """Kernels (..., n_in, n_out) and biases (..., 1, n_out); a leading axis counts the members of a population."""

    def __init__(self, problem, members=0):
        layers = problem.dense_layers()
        self.loss, self.activations = problem.loss, [activation for _, _, activation in layers]
        self.kernels = [problem.parameter(kernel) for kernel, _, _ in layers]
        self.biases = [problem.parameter(bias)[None] for _, bias, _ in layers]
        if members:
            self.kernels, self.biases = (
                [numpy.repeat(p[None], members, 0) for p in list_] for list_ in (self.kernels, self.biases))

    def parameters(self):
        return self.kernels + self.biases

    def forward(self, x):
        outputs = [x]
        for kernel, bias, activation in zip(self.kernels, self.biases, self.activations):
            z = outputs[-1] @ kernel
            z += bias
            outputs.append(activate(z, activation))
        return outputs

    def output_gradient(self, p, y):
        if self.loss == "categorical_cross_entropy":
            d = p.copy()
            d[numpy.arange(len(p)), y] -= 1
            d /= len(p)
            return d
        scale = {"half_squared": 1.0 / p.shape[-2], "mean_squared": 2.0 / (p.shape[-2] * p.shape[-1])}[self.loss]
        d = p - y
        d *= p.dtype.type(scale)
        return times_slope(d, p, self.activations[-1])

    def gradients(self, x, y):
        outputs = self.forward(x)
        d = self.output_gradient(outputs[-1], y)
        kernels, biases = [], []
        for k in reversed(range(len(self.kernels))):
            kernels.append(numpy.swapaxes(outputs[k], -1, -2) @ d)
            biases.append(d.sum(-2, keepdims=True))
            if k:
                d = times_slope(d @ numpy.swapaxes(self.kernels[k], -1, -2), outputs[k], self.activations[k - 1])
        return kernels[::-1] + biases[::-1]


class Descent:
    """Plain or with momentum."""

    def __init__(self, settings, parameters, rate):
        self.parameters, self.rate, self.momentum = parameters, rate, settings.get("momentum", 0)
        self.velocities = [numpy.zeros_like(p) for p in parameters] if self.momentum else []

    def step(self, gradients):
        if self.momentum:
            for v, g in zip(self.velocities, gradients):
                v *= self.momentum
                v += g
        for p, g in zip(self.parameters, self.velocities or gradients):
            p -= self.rate * g


class Adam:
    def __init__(self, settings, parameters, rate):
        self.parameters, self.rate, self.t = parameters, rate, 0
        self.beta1, self.beta2, self.epsilon = (settings[name] for name in ("beta1", "beta2", "epsilon"))
        self.first, self.second = ([numpy.zeros_like(p) for p in parameters] for _ in range(2))

    def step(self, gradients):
        self.t += 1
        rate = self.rate / (1 - self.beta1**self.t)
        scale = 1 / (1 - self.beta2**self.t) ** 0.5
        for p, m, v, g in zip(self.parameters, self.first, self.second, gradients):
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            g *= g
            g *= 1 - self.beta2
            v += g
            root = numpy.sqrt(v)
            root *= scale
            root += self.epsilon
            p -= rate * m / root


def optimiser_of(problem, net, rate):
    kinds = {"sgd": Descent, "momentum": Descent, "adam": Adam}
    if problem.optimiser["kind"] not in kinds:
        raise Skipped(f"no optimiser {problem.optimiser['kind']}")
    return kinds[problem.optimiser["kind"]](problem.optimiser, net.parameters(), rate)


def rival(problem, arguments):
    if problem.kind == "prediction":
        net, x = Network(problem), problem.scored_data()[0][: problem.batch].copy()
        return measure_calls(arguments.seconds, lambda: net.forward(x)), problem.score(net.forward(x)[-1], None, [])
    members = len(problem.learning_rates)
    x, y = problem.data("train")
    batches = problem.batches(len(x))
    rate = problem.learning_rate
    if members:
        rate = numpy.array(problem.learning_rates, x.dtype)[:, None, None]

    def make():
        net = Network(problem, members)
        return net, optimiser_of(problem, net, rate)

    def run(state, steps):
        net, optimiser = state
        for step in range(steps):
            rows = batches[step % len(batches)]
            optimiser.step(net.gradients(x[rows], y[rows]))

    seconds, (net, _) = measure_training(problem, arguments.seconds, make, run)
    x, y = problem.scored_data()
    return seconds / max(1, members), problem.score(net.forward(x)[-1], y, net.parameters())


if __name__ == "__main__":
    main(rival, numpy.__version__)
