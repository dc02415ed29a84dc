#!/usr/bin/env python3
"""Writes tests/golden/networks.json: small networks trained by PyTorch, step by step, in float64.

    python3 tools/make_network_golden.py            writes the file
    python3 tools/make_network_golden.py --check    computes it again and compares (status 77: no PyTorch)

A case is an experiment as a file would hold it, the initial parameters, the loss of each batch before its
update, the final parameters and what the network then gives for every sample in inference. Parameters are
flat and in the layout of Isinglass: a kernel is (n_in, n_out), where PyTorch has (n_out, n_in). Inputs,
targets and initial parameters come from Python's generator, seeded with the name of the case.

What PyTorch does otherwise is written out here: the loss of a batch is the mean over its N samples of
w_n l_n (PyTorch divides by the sum of the weights), penalties touch kernels only, and the norm of a clipped
gradient is clip_norm exactly (PyTorch divides by the norm + 1e-6). Run from the root of the tree.
"""
import json
import math
import random
import sys

try:
    import torch
    from torch import nn
except ImportError:
    print("PyTorch is not installed; nothing was computed")
    sys.exit(77)

FILE = "tests/golden/networks.json"
SAMPLES, FEATURES, OUTPUTS = 14, 5, 3
CLASSES = ["oak", "elm", "fir"]  # not in alphabetical order


# ---- an experiment, computed by PyTorch

class Swish(nn.Module):
    """x sigmoid(beta x) with a learned beta."""
    def __init__(self):
        super().__init__()
        self.beta = nn.Parameter(torch.empty(1))

    def forward(self, x):
        return x * torch.sigmoid(self.beta * x)


class Maxout(nn.Module):
    """The largest of several affine functions, for each output."""
    def __init__(self, width, units, pieces):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, units, pieces))
        self.bias = nn.Parameter(torch.empty(units, pieces))

    def forward(self, x):
        return (torch.einsum("ni,ijp->njp", x, self.weight) + self.bias).amax(-1)


class Residual(nn.Module):
    def __init__(self, chain):
        super().__init__()
        self.chain = chain

    def forward(self, x):
        return x + self.chain(x)


ACTIVATIONS = {
    "linear": lambda o: nn.Identity(),
    "sigmoid": lambda o: nn.Sigmoid(),
    "tanh": lambda o: nn.Tanh(),
    "relu": lambda o: nn.ReLU(),
    "leaky_relu": lambda o: nn.LeakyReLU(o.get("negative_slope", 0.01)),
    "softmax": lambda o: nn.Softmax(-1),
    "softplus": lambda o: nn.Softplus(),
    "rrelu": lambda o: nn.RReLU(o.get("lower", 1 / 8), o.get("upper", 1 / 3)),
    "elu": lambda o: nn.ELU(o.get("alpha", 1.0)),
    "selu": lambda o: nn.SELU(),
}

# l(network output or pre-activation, target) of each sample.
LOSSES = {
    "mean_squared": lambda o, p, y: nn.functional.mse_loss(p, y, reduction="none").mean(1),
    "half_squared": lambda o, p, y: 0.5 * nn.functional.mse_loss(p, y, reduction="none").sum(1),
    "mean_absolute": lambda o, p, y: nn.functional.l1_loss(p, y, reduction="none").mean(1),
    "huber": lambda o, p, y: nn.functional.huber_loss(p, y, reduction="none", delta=o.get("delta", 1.0)).mean(1),
    "binary_cross_entropy":
        lambda o, z, y: nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none").mean(1),
    "categorical_cross_entropy": lambda o, z, y: nn.functional.cross_entropy(z, y, reduction="none"),
}
FUSED = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}

SETTINGS = {"learning_rate": "lr", "rho": "alpha", "epsilon": "eps"}  # what PyTorch calls them
OPTIMISERS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
}


class Network:
    """The layers of an experiment as a module, and its parameters as (name, tensor, is kernel, is transposed)."""

    def __init__(self, specs, width, draw):
        self.draw, self.count, self.parameters = draw, 0, []
        last = specs[-1]
        self.body, width = self.chain(specs[:-1] + [{k: v for k, v in last.items() if k != "activation"}], width)
        self.head = self.activation(last["activation"], f"layer{self.count}", width)
        self.head_kind = table_of(last["activation"])["kind"]

    def chain(self, specs, width):
        modules = []
        for spec in specs:
            module, width = self.layer(spec, width)
            modules.append(module)
        return nn.Sequential(*modules), width

    def layer(self, spec, width):
        kind = spec["kind"]
        if kind == "residual":
            chain, _ = self.chain(spec["layers"], width)
            self.count += 1
            return Residual(chain), width
        self.count += 1
        name = f"layer{self.count}"
        if kind == "dense":
            module = nn.Linear(width, spec["units"], bias=spec.get("use_bias", True))
            self.add(name + ".kernel", module.weight, is_kernel=True, is_transposed=True)
            if module.bias is not None:
                self.add(name + ".bias", module.bias)
        elif kind == "maxout":
            module = Maxout(width, spec["units"], spec["pieces"])
            self.add(name + ".kernel", module.weight, is_kernel=True)
            self.add(name + ".bias", module.bias)
        else:
            return self.activation(spec, name, width), width
        width = spec["units"]
        if "activation" in spec:
            module = nn.Sequential(module, self.activation(spec["activation"], name, width))
        return module, width

    def activation(self, spec, name, width):
        spec = table_of(spec)
        if spec["kind"] == "prelu":
            module = nn.PReLU(1 if spec.get("shared", True) else width)
            self.add(name + ".negative_slope", module.weight)
            return module
        if spec["kind"] == "swish":
            if not spec.get("learn_beta", False):
                return nn.SiLU()
            module = Swish()
            self.add(name + ".beta", module.beta)
            return module
        return ACTIVATIONS[spec["kind"]](spec)

    def add(self, name, tensor, is_kernel=False, is_transposed=False):
        with torch.no_grad():
            tensor.copy_(torch.tensor([self.draw() for _ in range(tensor.numel())]).reshape(tensor.shape))
        self.parameters.append((name, tensor, is_kernel, is_transposed))

    def numbers(self):
        return {name: (p.T if is_transposed else p).detach().flatten().tolist()
                for name, p, _, is_transposed in self.parameters}


def table_of(kind):
    return {"kind": kind} if isinstance(kind, str) else kind


def samples_of(data):
    """Inputs, targets and weights of a [data] section."""
    if "rows" in data:
        names = [k for k in data["rows"][0] if k not in data["target"] and k != data["weight_column"]]
        columns = [[[row[k] for k in keys] for row in data["rows"]] for keys in (names, data["target"])]
        return *map(torch.tensor, columns), torch.tensor([row[data["weight_column"]] for row in data["rows"]])
    x, targets = torch.tensor(data["inputs"]), data["targets"]
    if not isinstance(targets[0], str):
        return x, torch.tensor(targets), torch.ones(len(x))
    labels = torch.tensor([data["classes"].index(t) for t in targets])
    factors = torch.tensor([data.get("class_weights", {}).get(c, 1.0) for c in data["classes"]])
    if data.get("target_encoding") == "binary":
        return x, labels.double()[:, None], factors[labels]
    return x, nn.functional.one_hot(labels, len(data["classes"])).double(), factors[labels]


def optimiser_of(train, network):
    spec = dict(table_of(train["optimiser"]))
    make, fixed = OPTIMISERS[spec.pop("kind")]
    settings = {**fixed, **{SETTINGS.get(k, k): v for k, v in spec.items()}}
    if "beta1" in settings:
        settings["betas"] = settings.pop("beta1"), settings.pop("beta2")
    groups = [{"params": [p for _, p, is_kernel, _ in network.parameters if is_kernel]},
              {"params": [p for _, p, is_kernel, _ in network.parameters if not is_kernel]}]
    if "l2" in train:
        groups[0]["weight_decay"] = train["l2"]
    return make(groups, **settings)


def schedule_of(train, optimiser):
    spec = train.get("schedule", {"kind": "constant"})
    if spec["kind"] == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, train["epochs"], spec["min_rate"])
    if spec["kind"] == "exponential_decay":
        return torch.optim.lr_scheduler.ExponentialLR(optimiser, spec["factor"])
    return torch.optim.lr_scheduler.ConstantLR(optimiser, 1.0)


def change_gradients(train, network):
    """Clipping, then the L1 penalty, which PyTorch does not have. The L2 penalty is its weight_decay."""
    tensors = [p for _, p, _, _ in network.parameters]
    if "clip_value" in train:
        nn.utils.clip_grad_value_(tensors, train["clip_value"])
    if "clip_norm" in train:
        norm = math.sqrt(sum(float((p.grad ** 2).sum()) for p in tensors))
        for p in tensors:
            p.grad *= min(1.0, train["clip_norm"] / norm)
    for _, p, is_kernel, _ in network.parameters:
        if is_kernel:
            p.grad += train.get("l1", 0.0) * p.detach().sign()


def run(name, experiment):
    """Trains; the case as the file holds it."""
    stream = random.Random(name)
    train = experiment["train"]
    x, y, weights = samples_of(experiment["data"])
    network = Network(experiment["model"]["layers"], x.shape[1], lambda: round(stream.uniform(-0.8, 0.8), 3))
    initial = network.numbers()
    loss_spec = table_of(train["loss"])
    is_fused = FUSED.get(loss_spec["kind"]) == network.head_kind
    optimiser = optimiser_of(train, network)
    schedule = schedule_of(train, optimiser)
    batch = train["batch_size"] or len(x)
    losses = []
    for _ in range(train["epochs"]):
        for first in range(0, len(x), batch):
            rows = slice(first, first + batch)
            output = network.body(x[rows])
            if not is_fused:
                output = network.head(output)
            loss = (weights[rows] * LOSSES[loss_spec["kind"]](loss_spec, output, y[rows])).mean()
            optimiser.zero_grad()
            loss.backward()
            change_gradients(train, network)
            optimiser.step()
            losses.append(float(loss))
        schedule.step()
    network.body.eval(), network.head.eval()
    with torch.no_grad():
        outputs = network.head(network.body(x)).flatten().tolist()
    return {"name": name, "experiment": experiment, "initial": initial, "losses": losses, "final": network.numbers(),
            "outputs": outputs}


# ---- the cases

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


# ---- the file

def text_of(value):
    """JSON with a line for each entry of a case; numbers in their shortest form."""
    head = {k: v for k, v in value.items() if k != "cases"}
    blocks = []
    for c in value["cases"]:
        lines = [f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in c.items()]
        blocks.append("  {\n" + ",\n".join(lines) + "\n  }")
    return json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' + ",\n".join(blocks) + "\n ]\n}\n"


def differences(kept, computed, where=""):
    """Where two documents differ: numbers by more than 1e-12, all else at all."""
    if isinstance(kept, float) and isinstance(computed, float):
        if abs(kept - computed) > 1e-12 * max(1.0, abs(kept)):
            yield f"{where}: {kept!r} in the file, {computed!r} computed"
    elif isinstance(kept, dict) and isinstance(computed, dict) and kept.keys() == computed.keys():
        for key in kept:
            yield from differences(kept[key], computed[key], f"{where}.{key}")
    elif isinstance(kept, list) and isinstance(computed, list) and len(kept) == len(computed):
        for k, (a, b) in enumerate(zip(kept, computed)):
            yield from differences(a, b, f"{where}[{k}]")
    elif kept != computed:
        yield f"{where}: {str(kept)[:60]} in the file, {str(computed)[:60]} computed"


def check(computed):
    with open(FILE, encoding="ascii") as file:
        kept = json.load(file)
    kept["torch"] = computed["torch"]  # another version must give the same numbers
    found = list(differences(kept, json.loads(json.dumps(computed))))
    print("\n".join(found[:20]) if found else f"{len(computed['cases'])} cases agree with {FILE}")
    return 1 if found else 0


def main():
    if sys.argv[1:] == ["--check"]:
        return check(document())
    if sys.argv[1:]:
        print("usage: make_network_golden.py [--check]")
        return 2
    with open(FILE, "w", encoding="ascii") as file:
        file.write(text_of(document()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
