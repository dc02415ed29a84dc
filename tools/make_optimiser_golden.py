#!/usr/bin/env python3
"""Writes tests/golden/optimisers.json: 20 steps of PyTorch's optimisers on a small problem.

    L(w) = sum_i [ c_i (w_i - t_i)^2 / 2 + q w_i^4 / 4 ] + k sum_i w_i w_(i+1)

in float64. Each case names the optimiser as an experiment file does, its L2 penalty (PyTorch's
weight_decay, except for AdamW whose own decay is a setting) and the parameters after each step.
Run from the root of the tree: python3 tools/make_optimiser_golden.py
"""
import json

import torch

START = [1.5, -0.75, 0.1, -2.0, 0.0]
CURVATURE = [1.0, 0.3, 2.5, 0.01, 4.0]
TARGET = [0.2, -1.0, 0.4, 3.0, -0.05]
QUARTIC, COUPLING, STEPS = 0.05, 0.1, 20


def loss(w):
    c, t = torch.tensor(CURVATURE, dtype=w.dtype), torch.tensor(TARGET, dtype=w.dtype)
    bowl = (c * (w - t) ** 2 / 2 + QUARTIC * w**4 / 4).sum()
    return bowl + COUPLING * (w[:-1] * w[1:]).sum()


def trajectory(make):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimiser = make([w])
    states = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss(w).backward()
        optimiser.step()
        states.append(w.detach().tolist())
    return states


def case(kind, make, l2=0.0, **settings):
    return {"optimiser": {"kind": kind, **settings}, "l2": l2, "parameters": trajectory(make)}


def cases():
    o = torch.optim
    for l2 in (0.0, 0.02):
        yield case("sgd", lambda p: o.SGD(p, lr=0.05, weight_decay=l2), l2, learning_rate=0.05)
        yield case("momentum", lambda p: o.SGD(p, lr=0.05, momentum=0.9, weight_decay=l2), l2,
                   learning_rate=0.05, momentum=0.9)
        yield case("nesterov",
                   lambda p: o.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=l2), l2,
                   learning_rate=0.05, momentum=0.9)
        yield case("adagrad", lambda p: o.Adagrad(p, weight_decay=l2), l2)
        yield case("adagrad", lambda p: o.Adagrad(p, lr=0.3, eps=1e-3, weight_decay=l2), l2,
                   learning_rate=0.3, epsilon=1e-3)
        yield case("rmsprop", lambda p: o.RMSprop(p, weight_decay=l2), l2)
        yield case("rmsprop", lambda p: o.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, weight_decay=l2),
                   l2, learning_rate=0.02, rho=0.9, epsilon=1e-3)
        yield case("adam", lambda p: o.Adam(p, weight_decay=l2), l2)
        yield case("adam",
                   lambda p: o.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-2, weight_decay=l2), l2,
                   learning_rate=0.1, beta1=0.8, beta2=0.95, epsilon=1e-2)
    yield case("adamw", lambda p: o.AdamW(p))
    yield case("adamw", lambda p: o.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.3),
               learning_rate=0.1, beta1=0.8, beta2=0.95, epsilon=1e-2, weight_decay=0.3)


def main():
    document = {
        "about": "made by tools/make_optimiser_golden.py in float64; compare to 1e-12",
        "torch": torch.__version__,
        "start": START, "curvature": CURVATURE, "target": TARGET,
        "quartic": QUARTIC, "coupling": COUPLING,
    }
    head = json.dumps(document, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(c) for c in cases())
    with open("tests/golden/optimisers.json", "w", encoding="ascii") as file:
        file.write(head + ',\n "cases": [\n' + lines + "\n ]\n}\n")


if __name__ == "__main__":
    main()
