#!/usr/bin/env python3
"""PyTorch. Variants: eager, the plain loop that people write; tuned: channels last, foreach optimisers, gradients set to
None; jit (predictions): traced, frozen and optimised for inference; bmm (populations): all members in one batched product;
bf16 (training in bf16): tuned, the forward pass under autocast."""

import torch
from compiled import package_version
from problem import Skipped, main, measure_calls, measure_training
from torch import nn

LOSSES = {
    "half_squared": lambda p, y: 0.5 * (p - y).square().sum() / len(p),
    "mean_squared": nn.functional.mse_loss,
    "categorical_cross_entropy": nn.functional.cross_entropy,
}
ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "linear": nn.Identity, "flatten": nn.Flatten}


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def padding_of(node):
    if node["padding"] == "none":
        return 0
    if node["padding"] == "zero":
        return pair(node["pad"])
    raise Skipped(f"no padding '{node['padding']}'")


def module_of(node, problem, channels):
    """The module of a node with its initial parameters; our kernels end in the outputs, PyTorch's begin with them."""
    kind = node["kind"]
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind]()
    if kind == "dropout":
        return nn.Dropout(node["rate"])
    if kind in ("max_pool2d", "average_pool2d"):
        return (nn.MaxPool2d if kind == "max_pool2d" else nn.AvgPool2d)(pair(node["pool_size"]))
    if kind not in ("dense", "conv2d", "conv_transpose2d"):
        raise Skipped(f"no layer of kind {kind}")
    kernel, bias = (torch.from_numpy(problem.parameter(name)) for name in node["parameters"])
    if kind == "dense":
        module, kernel = nn.Linear(*kernel.shape), kernel.T
    else:
        kernel = kernel.permute(3, 0, 1, 2)
        layer = nn.Conv2d if kind == "conv2d" else nn.ConvTranspose2d
        module = layer(channels, node["kernels"], pair(node["kernel_size"]), pair(node["stride"]), padding_of(node))
    module.to(kernel.dtype)
    with torch.no_grad():
        module.weight.copy_(kernel)
        module.bias.copy_(bias)
    return module


def network(problem):
    """The network up to its logits where it ends in a softmax: the loss, and the largest output, want no more."""
    modules, channels = [], problem.input_shape[0] if len(problem.input_shape) != 2 else 1
    for node in problem.nodes:
        if node["kind"] == "softmax" and problem.kind == "training":
            continue
        modules.append(nn.Softmax(1) if node["kind"] == "softmax" else module_of(node, problem, channels))
        channels = node["output_shape"][0]
    return nn.Sequential(*modules)


def images(x, problem, tuned):
    """Samples in the shape that the first layer takes."""
    if not any(node["kind"].startswith("conv") for node in problem.nodes):
        return x
    x = x.view(len(x), *([1] if len(problem.input_shape) == 2 else []), *problem.input_shape)
    return x.contiguous(memory_format=torch.channels_last) if tuned else x


def optimiser_of(problem, net, tuned, learning_rate=None):
    settings, rate = problem.optimiser, learning_rate or problem.learning_rate
    if settings["kind"] == "adam":
        return torch.optim.Adam(net.parameters(), rate, (settings["beta1"], settings["beta2"]), settings["epsilon"],
                                foreach=tuned)
    if settings["kind"] in ("sgd", "momentum"):
        return torch.optim.SGD(net.parameters(), rate, settings.get("momentum", 0), foreach=tuned)
    raise Skipped(f"no optimiser {settings['kind']}")


def train_steps(net, optimiser, loss, x, y, batches, steps, tuned, narrow=False):
    for step in range(steps):
        rows = batches[step % len(batches)]
        optimiser.zero_grad(set_to_none=tuned)
        with torch.autocast("cpu", torch.bfloat16, enabled=narrow):
            outputs = net(x[rows])
        loss(outputs.float() if narrow else outputs, y[rows]).backward()
        optimiser.step()


def score(problem, net, tuned):
    x, y = problem.scored_data()
    parameters = [p.detach().numpy() for p in net.parameters()]
    net.eval()
    with torch.no_grad():
        parts = images(torch.from_numpy(x), problem, tuned).split(500)
        return problem.score(torch.cat([net(part) for part in parts]).flatten(1).numpy(), y, parameters)


def training_data(problem, tuned):
    x, y = (torch.from_numpy(a) for a in problem.data("train"))
    x = images(x, problem, tuned)
    return x, x if problem.target == "inputs" else y


def train(problem, seconds, tuned, narrow=False):
    loss = LOSSES[problem.loss]
    x, y = training_data(problem, tuned)
    batches = problem.batches(len(x))

    def make():
        net = network(problem)
        if tuned and x.dim() == 4:
            net = net.to(memory_format=torch.channels_last)
        return net, optimiser_of(problem, net, tuned)

    def run(state, steps):
        train_steps(*state, loss, x, y, batches, steps, tuned, narrow)

    time, (net, _) = measure_training(problem, seconds, make, run)
    return time, score(problem, net, tuned)


def predict(problem, seconds, variant):
    tuned = variant == "tuned"
    x = images(torch.from_numpy(problem.scored_data()[0][: problem.batch].copy()), problem, tuned)
    net = network(problem).eval()
    if tuned and x.dim() == 4:
        net = net.to(memory_format=torch.channels_last)
    if variant == "jit":
        with torch.no_grad():
            net = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, x)))
    with torch.no_grad() if variant == "jit" else torch.inference_mode():
        return measure_calls(seconds, lambda: net(x)), problem.score(net(x).numpy(), None, [])


def train_members(problem, seconds, tuned):
    """One member after the other."""
    x, y = training_data(problem, tuned)
    batches = problem.batches(len(x))

    def make():
        nets = [network(problem) for _ in problem.learning_rates]
        return [(n, optimiser_of(problem, n, tuned, rate)) for n, rate in zip(nets, problem.learning_rates)]

    def run(members, steps):
        for net, optimiser in members:
            train_steps(net, optimiser, LOSSES[problem.loss], x, y, batches, steps, tuned)

    time, members = measure_training(problem, seconds, make, run)
    return time / len(members), sum(score(problem, net, tuned) for net, _ in members) / len(members)


def members_forward(layers, x):
    h = x.expand(len(layers[0][0]), *x.shape)
    for kernel, bias, activation in layers:
        h = torch.baddbmm(bias.unsqueeze(1), h, kernel)
        h = torch.relu(h) if activation == "relu" else h
    return h


def train_members_at_once(problem, seconds):
    """By hand: every product is of all members, and Adam runs over all of them with a rate of its own for each."""
    x, y = training_data(problem, True)
    batches = problem.batches(len(x))
    rates = torch.tensor(problem.learning_rates)
    beta1, beta2, epsilon = (problem.optimiser[name] for name in ("beta1", "beta2", "epsilon"))

    def copies(name):
        p = torch.from_numpy(problem.parameter(name))
        return p.expand(len(rates), *p.shape).clone().requires_grad_()

    def make():
        layers = [(copies(kernel), copies(bias), activation) for kernel, bias, activation in problem.dense_layers()]
        parameters = [p for layer in layers for p in layer[:2]]
        return layers, parameters, [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]

    def run(state, steps):
        layers, parameters, first, second = state
        scales = [rates.view(-1, *[1] * (p.dim() - 1)) for p in parameters]
        for step in range(steps):
            rows = batches[step % len(batches)]
            loss = (members_forward(layers, x[rows]) - y[rows]).square().mean((1, 2)).sum()
            gradients = torch.autograd.grad(loss, parameters)
            bias1, bias2 = 1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)
            with torch.no_grad():
                torch._foreach_mul_(first, beta1)
                torch._foreach_add_(first, gradients, alpha=1 - beta1)
                torch._foreach_mul_(second, beta2)
                torch._foreach_addcmul_(second, gradients, gradients, 1 - beta2)
                for p, m, v, rate in zip(parameters, first, second, scales):
                    p.sub_(rate / bias1 * m / ((v / bias2).sqrt_().add_(epsilon)))

    time, (layers, *_) = measure_training(problem, seconds, make, run)
    with torch.no_grad():
        losses = (members_forward(layers, x) - y).square().mean((1, 2))
    return time / len(rates), float(losses.mean())


def rival(problem, arguments):
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    variant, seconds = arguments.variant, arguments.seconds
    if variant == "jit" and problem.kind != "prediction":
        raise Skipped("jit is for predictions")
    if variant == "bf16" and (problem.kind != "training" or problem.precision != "bf16"):
        raise Skipped("bf16 is for training in bf16")
    if variant == "bmm" and problem.kind != "population":
        raise Skipped("bmm is for populations")
    if problem.kind == "prediction":
        return predict(problem, seconds, variant)
    if problem.kind == "population":
        return train_members_at_once(problem, seconds) if variant == "bmm" else train_members(
            problem, seconds, variant == "tuned")
    return train(problem, seconds, variant in ("tuned", "bf16"), variant == "bf16")


def version():
    is_of_system = torch.__file__.startswith("/usr/lib/python3/")
    return package_version("python3-torch") + " of the system" if is_of_system else torch.__version__


if __name__ == "__main__":
    main(rival, version(), ("eager", "tuned", "jit", "bmm", "bf16"))
