#!/usr/bin/env python3
"""Writes tests/golden/networks.json: small networks trained by PyTorch, step by step, in float64.

    python3 tools/make_network_golden.py            writes the file
    python3 tools/make_network_golden.py --check    computes it again and compares (status 77: no PyTorch)

A case is an experiment as a file would hold it, the initial parameters, the loss of each batch before its
update, the final parameters and what the network then gives for every sample in inference. Parameters are
flat and in the layout of Isinglass: a kernel is (n_in, n_out), where PyTorch has (n_out, n_in). Inputs,
targets and initial parameters come from Python's generator, seeded with the name of the case.

Run from the root of the tree.
"""
import json
import random
import sys

from golden_file import main
from torch_experiment import run  # ends with status 77 where there is no PyTorch
import torch

FILE = "tests/golden/networks.json"
SAMPLES, FEATURES, OUTPUTS = 14, 5, 3
CLASSES = ["oak", "elm", "fir"]  # not in alphabetical order


def dense(units, activation, **settings):
    return {"kind": "dense", "units": units, "activation": activation, **settings}


def amounts(stream, columns=OUTPUTS, draw=None):
    draw = draw or (lambda: round(stream.uniform(-1.5, 1.5), 2))
    return [[draw() for _ in range(columns)] for _ in range(SAMPLES)]


def data_of(name, kind):
    """Inline data: "amounts", "bits", "shares" (of 1), "classes", "two classes" or "weighted" records."""
    stream = random.Random("data of " + name)
    inputs = amounts(stream, FEATURES)
    if kind == "weighted":
        targets = amounts(stream)
        rows = [{**{f"x{i}": v for i, v in enumerate(x)}, **{f"y{i}": v for i, v in enumerate(y)},
                 "w": round(stream.uniform(0, 3), 2)} for x, y in zip(inputs, targets)]
        return {"rows": rows, "target": ["y0", "y1", "y2"], "weight_column": "w"}
    data = {"inputs": inputs}
    if kind == "amounts":
        data["targets"] = amounts(stream)
    elif kind == "bits":
        data["targets"] = amounts(stream, draw=lambda: stream.randrange(2) * 1.0)
    elif kind == "shares":
        shares = [(stream.randrange(9), stream.randrange(9)) for _ in range(SAMPLES)]
        data["targets"] = [[a / 16, b / 16, (16 - a - b) / 16] for a, b in shares]
    else:
        data["classes"] = CLASSES if kind == "classes" else CLASSES[:2]
        data["targets"] = [stream.choice(data["classes"]) for _ in range(SAMPLES)]
        if kind == "two classes":
            data["target_encoding"] = "binary"
    return data


def case(name, layers=None, data="amounts", loss="mean_squared", optimiser=None, data_settings=None, **train):
    """Five epochs in four batches, the last of them of two samples."""
    experiment = {
        "precision": "double",
        "data": {**data_of(name, data), **(data_settings or {})},
        "model": {"layers": layers or [dense(6, "tanh"), dense(4, "sigmoid"), dense(OUTPUTS, "linear")]},
        "train": {"loss": loss, "optimiser": optimiser or {"kind": "sgd", "learning_rate": 0.1},
                  "epochs": 5, "batch_size": 4, "sampling": "in_order", **train},
    }
    return run(name, experiment)


def optimiser_cases():
    rates = {"sgd": 0.2, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.1, "rmsprop": 0.02, "adam": 0.05,
             "adamw": 0.05}
    for kind, rate in rates.items():
        optimiser = {"kind": kind, "learning_rate": rate}
        yield case("optimiser_" + kind, optimiser=optimiser)
        if kind != "adamw":
            yield case(f"optimiser_{kind}_l2", optimiser=optimiser, l2=0.05)
    for kind, settings in {
        "momentum": {"momentum": 0.5},
        "rmsprop": {"rho": 0.8, "epsilon": 1e-3},
        "adagrad": {"epsilon": 1e-2},
        "adam": {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3},
        "adamw": {"weight_decay": 0.3},
    }.items():
        yield case(f"optimiser_{kind}_settings", optimiser={"kind": kind, "learning_rate": 0.05, **settings})
    # PyTorch and Isinglass start from the same settings.
    yield case("optimiser_adam_defaults", optimiser="adam")
    yield case("optimiser_adamw_defaults", optimiser="adamw")


def loss_cases():
    for loss in ("mean_squared", "half_squared", "mean_absolute", "huber", {"kind": "huber", "delta": 0.3}):
        name = loss if isinstance(loss, str) else "huber_delta"
        yield case("loss_" + name, [dense(6, "tanh"), dense(OUTPUTS, "linear")], loss=loss)
    fused = {"binary_cross_entropy": ("sigmoid", "bits"), "categorical_cross_entropy": ("softmax", "classes")}
    for loss, (activation, data) in fused.items():
        yield case("loss_" + loss, [dense(6, "tanh"), dense(OUTPUTS, activation)], data, loss)
    yield case("loss_categorical_cross_entropy_of_shares", [dense(6, "tanh"), dense(OUTPUTS, "softmax")], "shares",
               "categorical_cross_entropy")
    # Not fused: through the derivatives of sigmoid and softmax.
    yield case("loss_mean_squared_of_sigmoid", [dense(6, "tanh"), dense(OUTPUTS, "sigmoid")], "bits")
    yield case("loss_mean_squared_of_softmax", [dense(6, "tanh"), dense(OUTPUTS, "softmax")], "shares")


def activation_cases():
    for kind in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "softmax", "softplus", "prelu", "elu", "selu",
                 "swish"):
        yield case("activation_" + kind, [dense(6, kind), dense(OUTPUTS, "linear")])
    for name, spec in {
        "leaky_relu_slope": {"kind": "leaky_relu", "negative_slope": 0.3},
        "elu_alpha": {"kind": "elu", "alpha": 0.4},
        "prelu_of_each_feature": {"kind": "prelu", "shared": False},
        "swish_learned": {"kind": "swish", "learn_beta": True},
    }.items():
        yield case("activation_" + name, [dense(6, spec), dense(OUTPUTS, "linear")])
    yield case("activation_maxout", [{"kind": "maxout", "units": 4, "pieces": 3}, dense(OUTPUTS, "linear")])
    # Random in training: compared in inference alone.
    yield case("activation_rrelu_inference", [dense(6, "rrelu"), dense(OUTPUTS, "linear")], epochs=0)


def mixed_cases():
    classifier = [dense(6, "relu"), dense(4, "tanh"), dense(OUTPUTS, "softmax")]
    cce, adam = "categorical_cross_entropy", {"kind": "adam", "learning_rate": 0.05}
    yield case("mixed_clip_norm", classifier, "classes", cce, adam, clip_norm=0.5, l2=0.01)
    yield case("mixed_clip_value", optimiser={"kind": "nesterov", "learning_rate": 0.2}, clip_value=0.05)
    yield case("mixed_clip_value_and_norm", clip_value=0.1, clip_norm=0.15)
    yield case("mixed_l1", optimiser={"kind": "momentum", "learning_rate": 0.05}, l1=0.02)
    yield case("mixed_l1_and_l2", [dense(6, "prelu"), dense(OUTPUTS, "linear")], optimiser=adam, l1=0.01, l2=0.1)
    yield case("mixed_class_weights", classifier, "classes", cce, adam,
               data_settings={"class_weights": {"elm": 4.0, "oak": 0.25}})
    yield case("mixed_two_classes_weighted", [dense(6, "swish"), dense(1, "sigmoid")], "two classes",
               "binary_cross_entropy", {"kind": "rmsprop", "learning_rate": 0.02},
               data_settings={"class_weights": {"elm": 3.0}})
    yield case("mixed_sample_weights", data="weighted", loss="huber",
               optimiser={"kind": "adagrad", "learning_rate": 0.1})
    yield case("mixed_residual", [dense(6, "selu"), {"kind": "residual", "layers": [dense(5, "elu"), dense(6, "tanh")]},
                                  dense(OUTPUTS, "linear")], optimiser=adam)
    yield case("mixed_without_bias", [dense(7, "softplus", use_bias=False), dense(OUTPUTS, "linear", use_bias=False)],
               loss="half_squared", optimiser={"kind": "adamw", "learning_rate": 0.02})
    yield case("mixed_one_layer", [dense(OUTPUTS, "softmax")], "classes", cce, {"kind": "sgd", "learning_rate": 0.5})
    yield case("mixed_full_batch", batch_size=0, epochs=20, optimiser=adam)
    yield case("mixed_one_at_a_time", batch_size=1, epochs=2)
    yield case("mixed_cosine", optimiser=adam, schedule={"kind": "cosine", "min_rate": 0.001})
    yield case("mixed_exponential_decay", optimiser={"kind": "momentum", "learning_rate": 0.1},
               schedule={"kind": "exponential_decay", "factor": 0.7})


def document():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    cases = [*optimiser_cases(), *loss_cases(), *activation_cases(), *mixed_cases()]
    return {"about": "made by tools/make_network_golden.py in float64; compare to 1e-10", "torch": torch.__version__,
            "cases": cases}


def text_of(value):
    """JSON with a line for each entry of a case; numbers in their shortest form."""
    head = {k: v for k, v in value.items() if k != "cases"}
    blocks = []
    for c in value["cases"]:
        lines = [f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in c.items()]
        blocks.append("  {\n" + ",\n".join(lines) + "\n  }")
    return json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' + ",\n".join(blocks) + "\n ]\n}\n"


if __name__ == "__main__":
    sys.exit(main(FILE, document, text_of))
