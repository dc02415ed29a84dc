#!/usr/bin/env python3
"""Writes tests/golden/layers.json: convolution, pooling, upsampling and batch normalisation by PyTorch in float64.

    python3 tools/make_layer_golden.py            writes the file
    python3 tools/make_layer_golden.py --check    computes it again and compares (status 77: no PyTorch)

A case has the settings of a layer, the shape of a sample, how many samples, and a seed; then what PyTorch gives:
y, and for L = sum dy y the gradients dx and dparam. x, dy and the parameters are not stored: `number` below makes
them, as the test does. They are multiples of 1/8, so most results are exact and short. All arrays are flat and in
the layout of Isinglass: a kernel is (C_in/groups, k_h, k_w, C_out), of a transposed convolution (C_out/groups, k_h,
k_w, C_in).

PyTorch pads convolutions with zeros alone, and has no "same" with a stride: there, F.pad goes first. Run from the
root of the tree.
"""
import json
import random
import sys
import warnings

from golden_file import main

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    print("PyTorch is not installed; nothing was computed")
    sys.exit(77)

FILE = "tests/golden/layers.json"
X, DY, PARAM = 0, 1, 2  # tensors of a case; parameter k is PARAM + k
MOST_NUMBERS = 520  # of a case, so that the file stays small


def number(seed, tensor, i):
    """Element i of a tensor of a case, in -2, -1.875, .., 2."""
    return ((i * 7919 + (8 * seed + tensor) * 104729) % 65521 % 33 - 16) / 8


def tensor(seed, which, shape, offset=0.0):
    count = 1
    for n in shape:
        count *= n
    return torch.tensor([number(seed, which, i) + offset for i in range(count)]).reshape(shape).requires_grad_()


def numbers(t):
    return t.detach().flatten().tolist()


def result(case, x, y, params=(), states=()):
    """The case with what PyTorch gives. `params`: (leaf, its layout in Isinglass)."""
    y.backward(tensor(case["seed"], DY, y.shape).detach())
    case = {**case, "output": list(y.shape[1:]), "y": numbers(y), "dx": numbers(x.grad),
            "dparam": [numbers(layout(leaf.grad)) for leaf, layout in params]}
    if states:
        case["states"] = [numbers(s) for s in states]
    return case


# ---- the layers

def extents(layer, key, axes, default):
    value = layer.get(key, default)
    return list(value) if isinstance(value, list) else [value] * axes


def margins(layer, size, kernel, stride, dilation, pad):
    """How far an axis is padded before and after."""
    extent = dilation * (kernel - 1) + 1
    if layer.get("padding", "none") == "none":
        return 0, 0
    if layer["padding"] == "same":
        total = max((-(-size // stride) - 1) * stride + extent - size, 0)
        return total // 2, total - total // 2
    if pad is None:
        return (extent - 1) // 2, extent - 1 - (extent - 1) // 2
    return pad, pad


def geometry(layer, axes):
    pads = extents(layer, "pad", axes, None)
    return list(zip(extents(layer, "kernel_size", axes, 3), extents(layer, "stride", axes, 1),
                    extents(layer, "dilation", axes, 1), pads))


PAD_MODES = {"same": "constant", "zero": "constant", "constant": "constant", "nearest": "replicate",
             "reflect": "reflect"}


def convolution(case, axes):
    layer, seed = case["layer"], case["seed"]
    windows = geometry(layer, axes)
    kernel, stride, dilation = ([w[i] for w in windows] for i in range(3))
    groups, padding = layer.get("groups", 1), layer.get("padding", "none")
    channels, *sizes = case["input"]
    x = tensor(seed, X, [case["rows"], channels, *sizes])
    ours = tensor(seed, PARAM, [channels // groups, *kernel, layer["kernels"]]).detach()
    w = ours.movedim(-1, 0).contiguous().requires_grad_()
    b = tensor(seed, PARAM + 1, [layer["kernels"]]) if layer.get("use_bias", True) else None
    padded, amount = x, 0
    around = [margins(layer, n, *window) for n, window in zip(sizes, windows)]
    if padding == "same" and all(s == 1 for s in stride):
        amount = "same"
    elif padding == "zero" and all(before == after for before, after in around):
        amount = [before for before, _ in around]
    elif padding != "none":
        flat = [p for pair in reversed(around) for p in pair]
        value = {"value": layer["padding_value"]} if padding == "constant" else {}
        padded = F.pad(x, flat, PAD_MODES[padding], **value)
    conv = F.conv1d if axes == 1 else F.conv2d
    y = conv(padded, w, b, stride, amount, dilation, groups)
    params = [(w, lambda g: g.movedim(0, -1))] + ([(b, lambda g: g)] if b is not None else [])
    return result(case, x, y, params)


def transposed_convolution(case, axes):
    layer, seed = case["layer"], case["seed"]
    windows = geometry(layer, axes)
    kernel, stride, dilation = ([w[i] for w in windows] for i in range(3))
    groups, padding, kernels = layer.get("groups", 1), layer.get("padding", "none"), layer["kernels"]
    channels, *sizes = case["input"]
    x = tensor(seed, X, [case["rows"], channels, *sizes])
    ours = tensor(seed, PARAM, [kernels // groups, *kernel, channels]).detach()
    w = ours.movedim(-1, 0).contiguous().requires_grad_()
    b = tensor(seed, PARAM + 1, [kernels]) if layer.get("use_bias", True) else None
    full = [(n - 1) * s + d * (k - 1) + 1 for n, (k, s, d, _) in zip(sizes, windows)]
    wanted = extents(layer, "output_size", axes, None)
    conv = F.conv_transpose1d if axes == 1 else F.conv_transpose2d
    if padding in ("none", "zero") and None not in [w[3] for w in windows] or padding == "none":
        pad = [0 if padding == "none" else w[3] for w in windows]
        more = [0 if size is None else size - (f - 2 * p) for size, f, p in zip(wanted, full, pad)]
        y = conv(x, w, b, stride, pad, more, groups, dilation)
    else:  # cut by hand; zeros follow where the windows end early
        sizes = [size or (n * s if padding == "same" else f - d * (k - 1))
                 for size, n, f, (k, s, d, _) in zip(wanted, sizes, full, windows)]
        y = conv(x, w, None, stride, 0, 0, groups, dilation)
        for axis, (size, window) in enumerate(zip(sizes, windows), start=2):
            before, _ = margins(layer, size, *window)
            y = y.narrow(axis, before, min(size, y.shape[axis] - before))
            y = F.pad(y, [0, 0] * (y.dim() - 1 - axis) + [0, size - y.shape[axis]])
        if b is not None:
            y = y + b.reshape([-1] + [1] * axes)
    params = [(w, lambda g: g.movedim(0, -1))] + ([(b, lambda g: g)] if b is not None else [])
    return result(case, x, y, params)


def batch_norm(case):
    layer, seed = case["layer"], case["seed"]
    channels = [case["input"][0]]
    x = tensor(seed, X, [case["rows"], *case["input"]])
    gamma, beta = tensor(seed, PARAM, channels), tensor(seed, PARAM + 1, channels)
    mean, variance = tensor(seed, PARAM + 2, channels).detach(), tensor(seed, PARAM + 3, channels, 2.25).detach()
    y = F.batch_norm(x, mean, variance, gamma, beta, case["mode"] == "training", layer.get("momentum", 0.1),
                     layer.get("epsilon", 1e-5))
    return result(case, x, y, [(gamma, lambda g: g), (beta, lambda g: g)], [mean, variance])


def pooling(case, axes):
    layer = case["layer"]
    x = tensor(case["seed"], X, [case["rows"], *case["input"]])
    size, pad = extents(layer, "pool_size", axes, 2), extents(layer, "pad", axes, 0)
    stride = extents(layer, "stride", axes, None) if "stride" in layer else size
    pool = {"max_pool1d": F.max_pool1d, "max_pool2d": F.max_pool2d, "average_pool1d": F.avg_pool1d,
            "average_pool2d": F.avg_pool2d}[layer["kind"]]
    return result(case, x, pool(x, size, stride, pad))


def whole_channels(case):
    """Layers that look at a whole channel, or at all channels of a place."""
    layer = case["layer"]
    x = tensor(case["seed"], X, [case["rows"], *case["input"]])
    if layer["kind"] == "global_average_pool":
        y = x.mean(list(range(2, x.dim())))
    elif layer["reduce"] == "max":
        y = x.max(1, keepdim=True).values
    else:
        y = x.mean(1, keepdim=True)
    return result(case, x, y)


def upsample(case):
    layer = case["layer"]
    x = tensor(case["seed"], X, [case["rows"], *case["input"]])
    method = {"nearest": "nearest", "bilinear": "bilinear" if x.dim() == 4 else "linear"}[layer["method"]]
    factor = extents(layer, "factor", x.dim() - 2, 2)
    corners = {} if method == "nearest" else {"align_corners": False}
    return result(case, x, F.interpolate(x, scale_factor=[float(f) for f in factor], mode=method, **corners))


COMPUTE = {
    "conv1d": lambda case: convolution(case, 1), "conv2d": lambda case: convolution(case, 2),
    "conv_transpose1d": lambda case: transposed_convolution(case, 1),
    "conv_transpose2d": lambda case: transposed_convolution(case, 2),
    "max_pool1d": lambda case: pooling(case, 1), "max_pool2d": lambda case: pooling(case, 2),
    "average_pool1d": lambda case: pooling(case, 1), "average_pool2d": lambda case: pooling(case, 2),
    "global_average_pool": whole_channels, "depth_pool": whole_channels, "upsample": upsample,
    "batch_norm": batch_norm,
}


# ---- random cases

def some(draw, axes, values):
    """One setting for all axes, or one for each."""
    return draw.choice(values) if axes == 1 or draw.random() < 0.5 else [draw.choice(values) for _ in range(axes)]


def random_image(draw, axes, channels, largest=7):
    return [channels] + [draw.randint(1, largest + (6 if axes == 1 else 0)) for _ in range(axes)]


def random_window(draw, axes, paddings):
    layer = {"kernel_size": some(draw, axes, [1, 2, 3, 3, 4, 5])}
    if draw.random() < 0.6:
        layer["stride"] = some(draw, axes, [1, 2, 2, 3])
    if draw.random() < 0.35:
        layer["dilation"] = some(draw, axes, [1, 2, 3])
    padding = draw.choice(paddings)
    if padding != "none":
        layer["padding"] = padding
    if padding not in ("none", "same") and draw.random() < 0.7:
        layer["pad"] = some(draw, axes, [0, 1, 1, 2, 3])
    if padding == "constant":
        layer["padding_value"] = draw.choice([-1.5, 0.25, 3])
    return layer


def is_possible(layer, axes, sizes):
    """Whether a window fits and a mirror reaches."""
    for n, (k, s, d, pad) in zip(sizes, geometry(layer, axes)):
        before, after = margins(layer, n, k, s, d, pad)
        if n + before + after < d * (k - 1) + 1:
            return False
        if layer.get("padding") == "reflect" and max(before, after) >= n:
            return False
    return True


def random_convolution(draw, axes):
    while True:
        groups, per_group, kernels = draw.choice([1, 1, 1, 2, 3]), draw.randint(1, 3), draw.randint(1, 3)
        layer = {"kind": f"conv{axes}d", "kernels": kernels * groups}
        layer.update(random_window(draw, axes, ["none", "same", "zero", "constant", "nearest", "reflect"]))
        shape = random_image(draw, axes, per_group * groups)
        if not is_possible(layer, axes, shape[1:]):
            continue
        if groups > 1:
            layer["groups"] = groups
        if draw.random() < 0.25:
            layer["use_bias"] = False
        return layer, shape


def random_transposed_convolution(draw, axes):
    while True:
        groups, per_group, kernels = draw.choice([1, 1, 1, 2, 3]), draw.randint(1, 3), draw.randint(1, 2)
        layer = {"kind": f"conv_transpose{axes}d", "kernels": kernels * groups}
        layer.update(random_window(draw, axes, ["none", "same", "zero"]))
        shape = random_image(draw, axes, per_group * groups, largest=4)
        sizes = []
        for n, (k, s, d, pad) in zip(shape[1:], geometry(layer, axes)):
            smallest = {"none": (n - 1) * s + d * (k - 1) + 1, "same": (n - 1) * s + 1,
                        "zero": (n - 1) * s + 1 + (0 if pad is None else d * (k - 1) - 2 * pad)}
            sizes.append((smallest[layer.get("padding", "none")], s))
        if min(size for size, _ in sizes) < 1:
            continue
        if draw.random() < 0.4:
            chosen = [size + draw.randrange(s) for size, s in sizes]
            layer["output_size"] = chosen if axes == 2 else chosen[0]
        if groups > 1:
            layer["groups"] = groups
        if draw.random() < 0.25:
            layer["use_bias"] = False
        return layer, shape


def random_pooling(draw, kind, axes):
    while True:
        size = some(draw, axes, [1, 2, 2, 3, 3, 4])
        layer = {"kind": kind, "pool_size": size}
        if draw.random() < 0.6:
            layer["stride"] = some(draw, axes, [1, 2, 3])
        if draw.random() < 0.5:  # PyTorch pads at most half a window
            pads = [draw.randint(0, k // 2) for k in extents(layer, "pool_size", axes, 2)]
            layer["pad"] = pads if axes == 2 else pads[0]
        shape = random_image(draw, axes, draw.randint(1, 3))
        if all(n + 2 * p >= k for n, k, p in zip(shape[1:], extents(layer, "pool_size", axes, 2),
                                                 extents(layer, "pad", axes, 0))):
            return layer, shape


def random_whole_channels(draw, kind):
    layer = {"kind": kind}
    if kind == "depth_pool":
        layer["reduce"] = draw.choice(["mean", "max"])
    return layer, random_image(draw, draw.choice([1, 2]), draw.randint(1, 5), largest=5)


def random_upsample(draw):
    axes = draw.choice([1, 2, 2])
    layer = {"kind": "upsample", "method": draw.choice(["nearest", "bilinear"]),
             "factor": some(draw, axes, [1, 2, 2, 3, 4])}
    return layer, random_image(draw, axes, draw.randint(1, 2), largest=4)


def random_batch_norm(draw):
    layer = {"kind": "batch_norm"}
    if draw.random() < 0.5:
        layer["momentum"] = draw.choice([0, 0.25, 0.5, 1])
    if draw.random() < 0.5:
        layer["epsilon"] = draw.choice([1e-3, 0.5])
    shape = random_image(draw, draw.choice([0, 1, 2]), draw.randint(1, 3), largest=4)
    return layer, shape


PLAN = [
    ("conv1d", 40, lambda draw: random_convolution(draw, 1)), ("conv2d", 90, lambda draw: random_convolution(draw, 2)),
    ("conv_transpose1d", 24, lambda draw: random_transposed_convolution(draw, 1)),
    ("conv_transpose2d", 40, lambda draw: random_transposed_convolution(draw, 2)),
    ("max_pool1d", 6, lambda draw: random_pooling(draw, "max_pool1d", 1)),
    ("max_pool2d", 16, lambda draw: random_pooling(draw, "max_pool2d", 2)),
    ("average_pool1d", 6, lambda draw: random_pooling(draw, "average_pool1d", 1)),
    ("average_pool2d", 16, lambda draw: random_pooling(draw, "average_pool2d", 2)),
    ("global_average_pool", 4, lambda draw: random_whole_channels(draw, "global_average_pool")),
    ("depth_pool", 8, lambda draw: random_whole_channels(draw, "depth_pool")),
    ("upsample", 16, random_upsample),
    ("batch_norm", 16, random_batch_norm),
]


def random_cases():
    seed = 0
    for kind, count, make in PLAN:
        draw = random.Random(kind)
        found = 0
        while found < count:
            layer, shape = make(draw)
            seed += 1
            case = {"name": f"{kind}_{found + 1}", "layer": layer, "input": shape, "rows": draw.randint(1, 3),
                    "seed": seed}
            if kind == "batch_norm":
                case["rows"] = draw.randint(2, 4)
                case["mode"] = draw.choice(["training", "training", "inference"])
            case = COMPUTE[kind](case)
            if sum(map(len, [case["y"], case["dx"], *case["dparam"]])) <= MOST_NUMBERS:
                found += 1
                yield case


def document():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="Using padding='same'")  # that it may be slow
    return {"about": "made by tools/make_layer_golden.py in float64; compare to 1e-10", "torch": torch.__version__,
            "cases": list(random_cases())}


# ---- the file

def text_of(value):
    head = {k: v for k, v in value.items() if k != "cases"}
    lines = ["  " + json.dumps(c, separators=(",", ":")) for c in value["cases"]]
    return json.dumps(head, indent=1)[:-2] + ',\n "cases": [\n' + ",\n".join(lines) + "\n ]\n}\n"


if __name__ == "__main__":
    sys.exit(main(FILE, document, text_of))
