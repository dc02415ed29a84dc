#!/usr/bin/env python3
"""ONNX Runtime on predictions, through its C interface, with the networks that PyTorch exports."""

import importlib.util
import pathlib
import subprocess
import tempfile

import numpy
import torch
from compiled import program
from problem import Skipped, main
from pytorch import images, network


def library():
    """The library inside the Python package, and its version; None where it is not installed."""
    package = importlib.util.find_spec("onnxruntime")
    found = sorted(pathlib.Path(package.origin).parent.glob("capi/libonnxruntime.so.*")) if package else []
    return (str(found[0]), found[0].name.removeprefix("libonnxruntime.so.")) if found else (None, "")


def rival(problem, arguments):
    path, _ = library()
    if path is None:
        raise Skipped("onnxruntime is not installed")
    if problem.kind != "prediction":
        raise Skipped("predictions only")
    x = images(torch.from_numpy(problem.scored_data()[0][: problem.batch].copy()), problem, False)
    n_out = problem.nodes[-1]["output_shape"][0]
    with tempfile.TemporaryDirectory() as folder:
        model, inputs, outputs = (str(pathlib.Path(folder, name)) for name in ("model.onnx", "inputs", "outputs"))
        torch.onnx.export(network(problem).eval(), x, model, opset_version=13, input_names=["x"], output_names=["y"])
        x.numpy().tofile(inputs)
        words = [program("onnx_calls.cpp", ["dl"]), path, model, inputs, outputs, n_out, arguments.threads,
                 arguments.seconds, *x.shape]
        run = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True)
        y = numpy.fromfile(outputs, "float32").reshape(-1, n_out)
    return float(run.stdout), problem.score(y, None, [])


if __name__ == "__main__":
    main(rival, library()[1])
