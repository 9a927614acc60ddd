"""The networks: one is that of the reference exam's problem 4; its counts are the exam's own answers."""

import torch

from klausur.learn.networks.marks import CalibratedMarks, LargerMarkNetwork, MarkNetwork

EVEN = (1.0, 1.0, 1.0, 1.0)


def trainable(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def test_the_counts_of_problem_4() -> None:
    network = MarkNetwork()
    convolutions = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    linears = [m for m in network.modules() if isinstance(m, torch.nn.Linear)]
    assert trainable(convolutions[0]) == 3 * 3 * 3 * 8 + 8 == 224
    assert sum(map(trainable, norms)) == 2 * (8 + 16 + 32) == 112
    assert [trainable(m) for m in linears] == [4 * 3200 + 4] == [12_804]
    second, third = 3 * 3 * 8 * 16 + 16, 3 * 3 * 16 * 32 + 32
    assert trainable(network) == 224 + second + third + 112 + 12_804 == 18_948


def test_the_layers_of_problem_4_in_order() -> None:
    kinds = [type(m).__name__ for m in MarkNetwork().blocks]
    assert kinds == ["Conv2d", "MaxPool2d", "BatchNorm2d", "ReLU"] * 3
    for m in MarkNetwork().modules():
        if isinstance(m, torch.nn.Conv2d):
            assert (m.kernel_size, m.padding, m.stride, m.bias is not None) == ((3, 3), (1, 1), (1, 1), True)
        if isinstance(m, torch.nn.MaxPool2d):
            assert (m.kernel_size, m.stride, m.padding) == (2, 2, 0)


def test_eighty_pixels_become_ten_and_four_probabilities() -> None:
    network = MarkNetwork().eval()
    windows = torch.rand(5, 3, 80, 80)
    assert network.blocks(windows).shape == (5, 32, 10, 10)
    chances = CalibratedMarks(network, 1.5, EVEN)(windows)
    assert chances.shape == (5, 4)
    assert torch.allclose(chances.sum(dim=1), torch.ones(5))


def test_a_temperature_changes_no_decision() -> None:
    network = MarkNetwork().eval()
    windows = torch.rand(20, 3, 80, 80)
    cool, warm = CalibratedMarks(network, 0.5, EVEN)(windows), CalibratedMarks(network, 3.0, EVEN)(windows)
    assert (cool.argmax(dim=1) == warm.argmax(dim=1)).all()
    assert (cool.amax(dim=1) >= warm.amax(dim=1)).all()


def test_a_rarer_class_needs_stronger_evidence() -> None:
    network = MarkNetwork().eval()
    windows = torch.rand(5, 3, 80, 80)
    even = CalibratedMarks(network, 1.0, EVEN)(windows)
    rare = CalibratedMarks(network, 1.0, (1.0, 1.0, 1.0, 0.1))(windows)
    odds = (rare[:, 3] / rare[:, 0]) / (even[:, 3] / even[:, 0])
    assert torch.allclose(odds, torch.full((5,), 0.1), atol=1e-4)
    assert torch.allclose(rare.sum(dim=1), torch.ones(5), atol=1e-5)


def test_the_larger_network_sees_the_same_windows_and_is_four_times_as_large() -> None:
    network = LargerMarkNetwork().eval()
    windows = torch.rand(5, 3, 80, 80)
    assert network.blocks(windows).shape == (5, 64, 5, 5)
    assert network(windows).shape == (5, 4)
    convolutions = 25 * 3 * 16 + 9 * (16 * 32 + 32 * 32 + 32 * 64 + 64 * 64)
    assert trainable(network) == convolutions + 2 * (16 + 32 + 32 + 64 + 64) + 4 * 1600 + 4 == 77_140
