#!/usr/bin/env python3
"""ONNX Runtime on predictions, with the networks that PyTorch exports."""

import io

import torch
from problem import Skipped, main, measure_calls
from pytorch import images, network

try:
    import onnxruntime
except ImportError:
    onnxruntime = None


def rival(problem, arguments):
    if onnxruntime is None:
        raise Skipped("onnxruntime is not installed")
    if problem.kind != "prediction":
        raise Skipped("predictions only")
    x = images(torch.from_numpy(problem.scored_data()[0][: problem.batch].copy()), problem, False)
    model = io.BytesIO()
    torch.onnx.export(network(problem).eval(), x, model, opset_version=13, input_names=["x"], output_names=["y"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = arguments.threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(model.getvalue(), options, providers=["CPUExecutionProvider"])
    # Bound inputs and outputs: the least that a call from Python can cost.
    binding = session.io_binding()
    binding.bind_cpu_input("x", x.numpy())
    binding.bind_output("y")
    seconds = measure_calls(arguments.seconds, lambda: session.run_with_iobinding(binding))
    return seconds, problem.score(binding.copy_outputs_to_cpu()[0], None, [])


if __name__ == "__main__":
    main(rival, onnxruntime.__version__ if onnxruntime else "")
