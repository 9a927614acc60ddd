"""A model that sees three channels, made one that sees one, for pictures whose three channels are equal.

What its first convolutions weigh each channel with is added up, so that they have a third of the work; what
comes out is the same but for rounding. An ONNX file is a message of Protocol Buffers: how that is coded
stands at protobuf.dev/programming-guides/encoding, and the numbers of its fields in onnx.proto. No more of
both is known here than these two changes take.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

_GRAPH = 7  # of a model
_NODE, _WEIGHTS, _INPUT = 1, 5, 11  # of a graph
_IN, _OPERATION = 1, 4  # of a node
_DIMS, _NAME, _RAW = 1, 8, 9  # of weights
_TYPE, _TENSOR, _SHAPE, _DIM = 2, 1, 2, 1  # of an input, each within the one before

_NUMBER, _BYTES = 0, 2
"""How a field is coded: as a number, or as bytes with their length. None here is of fixed size."""

Value = int | bytes


def of(model: bytes) -> bytes:
    """The same model with one channel.

    Raises:
        ValueError: something else than a convolution sees its input, or it is coded otherwise.
    """
    graph = _one(model, _GRAPH)
    fed = _one(_one(graph, _INPUT), 1)
    nodes = [node for number, node in _fields(graph) if number == _NODE and isinstance(node, bytes)]
    first = [node for node in nodes if (_IN, fed) in _fields(node)]
    if not first or any(_one(node, _OPERATION) != b"Conv" for node in first):
        raise ValueError("no convolutions alone see the model's input")
    weights = {_every(node, _IN)[1] for node in first}

    def summed(tensor: bytes) -> bytes:
        return _summed(tensor) if _one(tensor, _NAME) in weights else tensor

    return _changed(model, {_GRAPH: lambda part: _changed(part, {_WEIGHTS: summed, _INPUT: _narrow})})


def _summed(tensor: bytes) -> bytes:
    """Weights, (out, in, height, width), added up over what comes in."""
    dims = [number for number in _every(tensor, _DIMS) if isinstance(number, int)]
    weights = np.frombuffer(_one(tensor, _RAW), "<f4").reshape(dims).astype(np.float64)
    raw = weights.sum(axis=1).astype("<f4").tobytes()
    kept = [(number, value) for number, value in _fields(tensor) if number not in {_DIMS, _RAW}]
    return _coded([*((_DIMS, n) for n in (dims[0], 1, *dims[2:])), *kept, (_RAW, raw)])


def _narrow(fed: bytes) -> bytes:
    """An input of (n, channels, height, width) with one channel."""
    return _changed(fed, {_TYPE: lambda type_: _changed(type_, {_TENSOR: _narrow_tensor})})


def _narrow_tensor(tensor: bytes) -> bytes:
    def narrow(shape: bytes) -> bytes:
        dims = _every(shape, _DIM)
        return _coded([(_DIM, dim) for dim in (dims[0], _coded([(1, 1)]), *dims[2:])])

    return _changed(tensor, {_SHAPE: narrow})


def _one(message: bytes, number: int) -> bytes:
    """The first field of this number, which has bytes."""
    found = next((value for at, value in _fields(message) if at == number), None)
    if not isinstance(found, bytes):
        raise ValueError(f"there is no field {number}")  # noqa: TRY004 - the message is wrong, not its type
    return found


def _every(message: bytes, number: int) -> list[Value]:
    return [value for at, value in _fields(message) if at == number]


def _changed(message: bytes, changes: Mapping[int, Callable[[bytes], bytes]]) -> bytes:
    """A message with the fields of some numbers changed, all in their order."""
    return _coded(
        (number, changes[number](value) if number in changes and isinstance(value, bytes) else value)
        for number, value in _fields(message)
    )


def _fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """The fields of a message, each with its number."""
    at = 0
    while at < len(message):
        tag, at = _number(message, at)
        value, at = _number(message, at)
        if tag & 7 == _NUMBER:
            yield tag >> 3, value
        elif tag & 7 == _BYTES and at + value <= len(message):
            yield tag >> 3, message[at : at + value]
            at += value
        else:
            raise ValueError("the model is coded in another way")


def _number(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a place, seven bits a byte from the lowest on, and where it has ended."""
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise ValueError("the model is cut off")


def _coded(fields: Iterable[tuple[int, Value]]) -> bytes:
    """A message of these fields."""
    out = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            out += _coded_number(number << 3 | _NUMBER) + _coded_number(value)
        else:
            out += _coded_number(number << 3 | _BYTES) + _coded_number(len(value)) + value
    return bytes(out)


def _coded_number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
