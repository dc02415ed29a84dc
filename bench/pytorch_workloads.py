"""PyTorch's side of the comparison that bench/compare.py makes: pytorch_workloads.py WORKLOAD THREADS."""

import gzip
import json
import os
import pathlib
import sys
import time

import numpy
import torch


def read_idx(path):
    """The bytes of an IDX file as an array of its shape."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def mnist():
    cache = os.environ.get("ISINGLASS_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "isinglass"
    )
    folder = pathlib.Path(cache, "datasets", "mnist")
    arrays = {}
    for path in folder.iterdir():
        if path.name[0] in "t" and path.suffix != ".json":
            array = read_idx(path)
            arrays[("train" if len(array) == 60000 else "test", array.ndim)] = array
    part = lambda name: (
        torch.tensor(arrays[(name, 3)].reshape(-1, 784).astype("float32") / 255),
        torch.tensor(arrays[(name, 1)].astype("int64")),
    )
    return part("train"), part("test")


def ann_3_2_1():
    net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1)).double()
    x, y = torch.tensor([[0.5, 0.2, 0.7]]).double(), torch.tensor([[0.3]]).double()
    optimiser = torch.optim.SGD(net.parameters(), 0.2)

    def steps(count):
        for _ in range(count):
            optimiser.zero_grad(set_to_none=True)
            (0.5 * (net(x) - y).square().sum()).backward()
            optimiser.step()

    steps(300)
    start = time.perf_counter()
    steps(1000)
    return (time.perf_counter() - start) / 1000, float(net(x))


def mnist_mlp():
    (x, y), (test_x, test_y) = mnist()
    sizes = [784, 256, 128, 10]
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.SGD(net.parameters(), 0.05, 0.9)

    def epoch():
        for first in range(0, len(x), 128):
            optimiser.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(net(x[first : first + 128]), y[first : first + 128])
            loss.backward()
            optimiser.step()

    epoch()
    with torch.no_grad():
        accuracy = float((net(test_x).argmax(1) == test_y).double().mean())
    start = time.perf_counter()
    epoch()
    return (time.perf_counter() - start) / (-(-len(x) // 128)), accuracy


def train_images(net, loss, x, y, batch, epochs, warm_up, score):
    """Seconds of a step after the warm-up epochs, and the score at their end, with Isinglass's settings."""
    optimiser = torch.optim.Adam(net.parameters(), 0.001)
    for epoch in range(epochs):
        if epoch == warm_up:
            net.eval()
            with torch.no_grad():
                metric = score(net)
            start = time.perf_counter()
        net.train()
        for first in range(0, len(x), batch):
            optimiser.zero_grad(set_to_none=True)
            loss(net(x[first : first + batch]), y[first : first + batch]).backward()
            optimiser.step()
    return (time.perf_counter() - start) / ((epochs - warm_up) * -(-len(x) // batch)), metric


def mnist_cnn():
    nn = torch.nn
    (x, y), (test_x, test_y) = mnist()
    x, y, test_x = x[:6400].view(-1, 1, 28, 28), y[:6400], test_x.view(-1, 1, 28, 28)
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10))
    score = lambda net: float(
        (torch.cat([net(part) for part in test_x.split(500)]).argmax(1) == test_y).double().mean())
    return train_images(net, nn.functional.cross_entropy, x, y, 64, 3, 1, score)


def mnist_conv_autoencoder():
    nn = torch.nn
    (x, _), (test_x, _) = mnist()
    x, test_x = x[:12800].view(-1, 1, 28, 28), test_x.view(-1, 1, 28, 28)
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 8, 3, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(8, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Sigmoid())
    score = lambda net: float(nn.functional.mse_loss(net(test_x), test_x))
    return train_images(net, nn.functional.mse_loss, x, x, 128, 4, 2, score)


WORKLOADS = {
    "ann-3-2-1": ann_3_2_1,
    "mnist-mlp": mnist_mlp,
    "mnist-cnn": mnist_cnn,
    "mnist-conv-ae": mnist_conv_autoencoder,
}

if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(1)
    seconds, metric = WORKLOADS[sys.argv[1]]()
    print(json.dumps({"seconds": seconds, "metric": metric, "version": torch.__version__}))
