"""The weights of a network as whole numbers, of which each is written as one character.

Normalizations and activations are merged into the convolutions before them. A kernel's numbers are
whole multiples of a step, of which each output channel has its own. Rounded weights shift the mean
of a channel's output, which the bias takes back.

References
----------
M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV
2019, arXiv:1906.04721: section 4, and the appendix on clipped normal distributions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from bookbuild.live.steps import Described, Floats

Whole = npt.NDArray[np.int64]

# Of the rounding of a kernel: as few steps as leave the five most probable classes where they were.
FINENESS = 2300
# One for each whole number that weights are rounded to: those of a byte in UTF-8, then more.
CHARACTERS = "".join(
    chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x2000)) if chr(code) not in '"\\'
)
LINEAR = ("add", "average_pool", "identity")  # what takes means to means


def rounded(described: Sequence[Described]) -> list[Described]:
    """Return the layers of a network, some merged and all rounded."""
    merged = _merged(described)
    layers = []
    for layer in merged.values():
        weights = dict(layer.step.weights)
        if "kernel" in weights:
            numbers, step = _rounded(weights["kernel"])
            error = weights["kernel"] - numbers * step
            bias = _response(error, _mean(merged, layer.inputs)) + weights.get("bias", 0)
            weights = {"kernel": numbers, "step": step, "bias": bias.astype(np.float32)}
        layers.append(layer._replace(step=layer.step._replace(weights=weights)))
    return layers


def _merged(described: Sequence[Described]) -> dict[str, Described]:
    """Return the layers by their names, activations and normalizations merged into convolutions.

    What is merged has the name of its last layer, and is its output.
    """
    uses = Counter(name for layer in described for name in layer.inputs)
    merged: dict[str, Described] = {}
    for layer in described:
        before, step = merged.get(layer.inputs[0]), layer.step
        alone = before and uses[before.name] == 1 and before.step.activation == "linear"
        if before and alone and before.step.op == "conv2d" and step.op in ("affine", "identity"):
            weights = before.step.weights
            if step.op == "affine":
                slope, shift = (step.weights[key].astype(float) for key in ("slope", "shift"))
                bias = slope * weights.get("bias", 0) + shift
                weights = {"kernel": weights["kernel"] * slope, "bias": bias}
            joined = before.step._replace(
                weights={key: np.asarray(weight, np.float32) for key, weight in weights.items()},
                activation=step.activation,
                learned=step.learned if step.op == "affine" else before.step.learned,
            )
            layer = layer._replace(inputs=merged.pop(before.name).inputs, step=joined)
        merged[layer.name] = layer
    return merged


def _rounded(kernel: Floats) -> tuple[Whole, Floats]:
    """Return a kernel as whole numbers, and the step of each output channel that they count.

    Where a kernel has fewer weights, an error does the same harm and a finer step costs less.
    """
    strength = np.sqrt(np.mean(np.square(kernel, dtype=float), axis=(0, 1, 2)))
    step = np.where(strength > 0, strength, 1) * np.cbrt(kernel.size) / FINENESS
    step = step.astype(np.float32)
    return np.rint(kernel / step).astype(int), step


def characters(numbers: Whole) -> str:
    """Return a character for each whole number, 0, -1, 1, -2 and so on.

    Most take a byte in UTF-8; those from 47 on take two, and from 977 on three.
    """
    places = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
    if places.max(initial=0) >= len(CHARACTERS):
        raise ValueError(f"expected smaller numbers, got {abs(numbers).max()}")
    return "".join(np.array(list(CHARACTERS))[places])


def _response(kernel: Floats, mean: Floats | None) -> Floats:
    """Return what a kernel makes of an image whose channels have the same value everywhere."""
    depth, maps = kernel.shape[2:]
    if mean is None:
        return np.zeros(maps, np.float32)
    by_group = mean.reshape(-1, depth)
    by_map: Floats = np.repeat(by_group, maps // len(by_group), axis=0)
    response: Floats = np.sum(kernel * by_map.T, axis=(0, 1, 2))
    return response


def _mean(merged: Mapping[str, Described], names: Sequence[str]) -> Floats | None:
    """Return the mean of each channel of a sum of layers, over all pictures of their training.

    Normalization has learned it. Where nothing is known, as of the input, it is None.
    """
    means: list[Floats] = []
    for name in names:
        step = merged[name].step if name in merged else None
        mean = None
        if step and step.learned:
            mean = _activated(*step.learned, step.activation)
        elif step and step.op in LINEAR and step.activation == "linear":
            mean = _mean(merged, merged[name].inputs)
        if mean is None:
            return None
        means.append(mean)
    total: Floats = np.sum(means, axis=0)
    return total


def _activated(mean: Floats, deviation: Floats, activation: str) -> Floats | None:
    """Return the means of normal variables after an activation."""

    def above(limit: float) -> Floats:
        """Return the means of how far they lie above a limit."""
        z = (mean - limit) / np.maximum(deviation, 1e-12)
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        means: Floats = (mean - limit) * ndtr(z) + deviation * density
        return means

    if activation == "linear":
        return mean
    if activation in ("relu", "relu6"):
        return above(0) - (above(6) if activation == "relu6" else 0)
    return None
