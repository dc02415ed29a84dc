"""An experiment, as a file of Isinglass would hold it, trained by PyTorch.

What PyTorch does otherwise is written out: the loss of a batch is the mean over its N samples of
w_n l_n (PyTorch divides by the sum of the weights), penalties touch kernels only, and the norm of a clipped
gradient is clip_norm exactly (PyTorch divides by the norm + 1e-6).
"""
import math
import random
import sys

try:
    import torch
    from torch import nn
except ImportError:
    print("PyTorch is not installed; nothing was computed")
    sys.exit(77)


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
