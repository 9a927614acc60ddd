"""A model file at work in ONNX Runtime: prepared inputs to probabilities. The readers know what they mean.

ONNX Runtime starts a thread as it is loaded, so it is loaded for the first model, and not with this module:
the process that workers are forked from (`klausur.read.pool`) has this module, and must have one thread only.
"""

from importlib import import_module

from klausur.base.errors import ToolError
from klausur.read.card import Card
from klausur.read.preprocess import Inputs


class Network:
    """A model, ready to compute. It holds one thread and no other resources."""

    def __init__(self, card: Card, model: bytes) -> None:
        """Load a model.

        Raises:
            ToolError: ONNX Runtime cannot use it.
        """
        ort = import_module("onnxruntime")
        ort.disable_telemetry_events()  # where its build has any, nothing of an exam tells anybody anything
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # pages are read in parallel instead
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # ONNX Runtime's own exceptions share no class but Exception.
            raise ToolError(f"{card.model} cannot be loaded: {error}", "install Klausur again") from error
        self._input = self._session.get_inputs()[0].name

    def probabilities(self, fed: Inputs) -> Inputs:
        """The probabilities, (n, classes), of prepared windows, (n, channels, height, width)."""
        result: Inputs = self._session.run(None, {self._input: fed})[0]
        return result
