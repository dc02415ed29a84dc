#!/usr/bin/env python3
"""scikit-learn's MLPRegressor and MLPClassifier from our initial parameters, without shuffling and penalty."""

import statistics
import time
import warnings

import sklearn
from problem import Skipped, main, measure_calls
from sklearn.neural_network import MLPClassifier, MLPRegressor


def settings_of(problem):
    """What the constructor takes, and a class whose fit() begins with our parameters."""
    layers = problem.dense_layers()
    activations = [activation for _, _, activation in layers]
    is_classifier = problem.target == "labels"
    if activations[-1] != ("softmax" if is_classifier else "linear"):
        raise Skipped(f"no output activation {activations[-1]}")
    if len(set(activations[:-1])) > 1:
        raise Skipped("one activation for all hidden layers")
    kind = {"sgd": "sgd", "momentum": "sgd", "adam": "adam"}.get(problem.optimiser["kind"])
    if kind is None:
        raise Skipped(f"no optimiser {problem.optimiser['kind']}")
    base = MLPClassifier if is_classifier else MLPRegressor

    class Given(base):
        def _init_coef(self, fan_in, fan_out, dtype):
            self.given = getattr(self, "given", 0) + 1
            kernel, bias, _ = layers[self.given - 1]
            return problem.parameter(kernel).astype(dtype), problem.parameter(bias).astype(dtype)

    hidden = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh", "linear": "identity"}[activations[0]]
    widths = tuple(problem.parameter(kernel).shape[1] for kernel, _, _ in layers[:-1])
    return Given, dict(
        hidden_layer_sizes=widths, activation=hidden, solver=kind, alpha=0, shuffle=False, tol=0, batch_size=problem.batch,
        n_iter_no_change=10**9, momentum=problem.optimiser.get("momentum", 0), nesterovs_momentum=False, random_state=0)


def rate_of(problem, rate):
    """Its squared error is half of ours and not divided by the outputs; Adam does not mind."""
    if problem.loss != "mean_squared" or problem.optimiser["kind"] == "adam":
        return rate
    return rate * 2 / problem.nodes[-1]["output_shape"][0]


def targets_of(y):
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def rival(problem, arguments):
    given, settings = settings_of(problem)
    x, y = problem.data("train")
    batches = len(problem.batches(len(x)))
    if problem.steps < batches:  # a part of one epoch
        rows, epochs = problem.steps * problem.batch, 1
    elif problem.steps % batches == 0:
        rows, epochs = len(x), problem.steps // batches
    else:
        raise Skipped("whole epochs only")
    if problem.kind == "prediction":
        rows, epochs = max(problem.batch, 2 * settings["batch_size"]), 1
    x, y = x[:rows], targets_of(y[:rows])
    if problem.target == "labels" and len(set(y)) < 10:
        raise Skipped("too few samples to meet every class")

    def fit(rate, epochs):
        return given(max_iter=epochs, learning_rate_init=rate_of(problem, rate), **settings).fit(x, y)

    def score(model):
        inputs, targets = problem.scored_data()
        if problem.target == "labels":
            return float(model.score(inputs, targets))
        return problem.score(model.predict(inputs).reshape(len(inputs), -1), targets, model.coefs_ + model.intercepts_)

    if problem.kind == "prediction":
        model, inputs = fit(0.001, 1), problem.scored_data()[0][: problem.batch]
        model.coefs_ = [problem.parameter(kernel) for kernel, _, _ in problem.dense_layers()]
        model.intercepts_ = [problem.parameter(bias) for _, bias, _ in problem.dense_layers()]
        call = model.predict_proba if problem.target == "labels" else model.predict
        return measure_calls(arguments.seconds, lambda: call(inputs)), problem.score(call(inputs), None, [])
    rates = problem.learning_rates or [problem.learning_rate]
    times = []
    fit(rates[0], 1)
    while not times or sum(times) < arguments.seconds:
        start = time.perf_counter()
        models = [fit(rate, epochs) for rate in rates]
        times.append(time.perf_counter() - start)
    metric = sum(score(model) for model in models) / len(models)
    return statistics.median(times) / (problem.steps * len(rates)), metric


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(rival, sklearn.__version__)
