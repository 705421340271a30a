"""Every input that the methods refuse, and the message by which they do."""

import numpy as np
import pytest

from convbook import interpretability as it
from tests.convbook.interpretability.helpers import convnet

IMAGES = np.full((3, 12, 10, 1), 0.5, np.float32)
MODEL = convnet()

CALLS = {
    "feature_maps": {"images": IMAGES, "layers": ["conv1"]},
    "saliency": {"images": IMAGES, "classes": 0},
    "smooth_gradient": {"images": IMAGES, "classes": 0, "samples": 1},
    "integrated_gradients": {"images": IMAGES, "classes": 0, "steps": 1},
    "occlusion": {"image": IMAGES[0], "class_index": 0, "size": 2, "stride": 5},
    "grad_cam": {"images": IMAGES, "layer": "conv2", "classes": 0},
    "activation_maximization": {"layer": "conv1", "units": 0, "start": IMAGES[0], "steps": 1},
    "adversarial": {"images": IMAGES, "labels": 0, "epsilon": 0.1},
}


def refuse(method, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(it, method)(MODEL, **(CALLS[method] | arguments))


@pytest.mark.parametrize("method", CALLS)
def test_the_calls_that_are_spoiled_below_are_good(method):
    getattr(it, method)(MODEL, **CALLS[method])


@pytest.mark.parametrize("method", CALLS)
def test_images_are_refused_by_name(method):
    name = next(n for n in ("images", "image", "start") if n in CALLS[method])
    good = CALLS[method][name]
    nan, infinite = good.copy(), good.copy()
    nan[..., 0, 0, 0] = np.nan
    infinite[..., 0, 0, 0] = -np.inf
    shape = r"\(N, 12, 10, 1\)" if name == "images" else r"\(12, 10, 1\)"
    for spoiled, error, message in [
        (good[..., 0], ValueError, f"{name}: expected shape {shape}.*got"),
        (good[np.newaxis], ValueError, f"{name}: expected shape {shape}.*got"),
        (good[..., :-1, :], ValueError, f"{name}: expected shape {shape}.* 9, 1\\)"),
        (np.concatenate([good] * 3, axis=-1), ValueError, f"{name}: .* 10, 3\\)"),
        (good[:0], ValueError, f"{name}: expected shape .* none of them 0, got \\(0, "),
        (nan, ValueError, f"{name}: expected finite numbers"),
        (infinite, ValueError, f"{name}: expected finite numbers"),
        (good.astype(float) * 1e300, ValueError, f"{name}: expected finite numbers"),
        ((good * 255).astype(np.uint8), TypeError, f"{name}: expected floats prepared .* uint8"),
        (good > 0, TypeError, f"{name}: expected floats .* bool"),
        (good.astype(complex), TypeError, f"{name}: expected floats .* complex"),
    ]:
        refuse(method, {name: spoiled}, error, message)


@pytest.mark.parametrize("method", CALLS)
def test_classes_are_refused_by_name(method):
    names = ("classes", "class_index", "labels", "units")
    name = next((n for n in names if n in CALLS[method]), None)
    if name is None:
        assert method == "feature_maps"
        return
    top = 4 if name == "units" else 3
    for spoiled, error, message in [
        (top + 1, ValueError, f"{name}: expected integers from 0 to {top}, got {top + 1}"),
        (-1, ValueError, f"{name}: expected integers from 0 to {top}, got -1"),
        (1.0, TypeError, f"{name}: expected integers, got 1.0 of float64"),
        (True, TypeError, f"{name}: expected integers, got True of bool"),
        ("7", TypeError, f"{name}: expected integers, got '7'"),
        ([[0]], ValueError, f"{name}: expected one"),
    ]:
        refuse(method, {name: spoiled}, error, message)
    if name in ("classes", "labels"):
        message = f"{name}: expected one integer or 3 of them, got \\(2,\\)"
        refuse(method, {name: [0, 1]}, ValueError, message)
        message = f"{name}: expected integers from 0 to 3, got 9"
        refuse(method, {name: [0, 9, 1]}, ValueError, message)


UNKNOWN = "the model has image, conv1, pool1, conv2, average, dropout, logits"


@pytest.mark.parametrize(
    ("method", "arguments", "error", "message"),
    [
        ("feature_maps", {"layers": ["conv9"]}, ValueError, f"layers: .* 'conv9'; {UNKNOWN}"),
        ("feature_maps", {"layers": "conv1"}, TypeError, "layers: expected a sequence of names"),
        ("feature_maps", {"layers": [1]}, TypeError, "layers: expected the name of a layer, got 1"),
        ("feature_maps", {"layers": 1}, TypeError, "layers: expected a sequence of names, got 1"),
        ("feature_maps", {"layers": []}, ValueError, "layers: expected at least one name"),
        ("grad_cam", {"layer": "conv9"}, ValueError, f"layer: .* 'conv9'; {UNKNOWN}"),
        ("grad_cam", {"layer": None}, TypeError, "layer: expected the name of a layer, got None"),
        (
            "grad_cam",
            {"layer": "average"},
            ValueError,
            r"layer: expected one with spatial axes.* got 'average' of shape \(None, 6\)",
        ),
        ("grad_cam", {"of": "logits"}, ValueError, "of: expected one of logit, .* got 'logits'"),
        ("smooth_gradient", {"deviation": 0}, ValueError, "deviation: expected a number above 0"),
        ("smooth_gradient", {"samples": 0}, ValueError, "samples: .* at least 1, got 0"),
        ("smooth_gradient", {"seed": -1}, ValueError, "seed: .* at least 0, got -1"),
        ("smooth_gradient", {"seed": None}, TypeError, "seed: expected an integer, got None"),
        ("integrated_gradients", {"steps": 0}, ValueError, "steps: .* at least 1, got 0"),
        (
            "integrated_gradients",
            {"baseline": np.zeros((10, 12, 1))},
            ValueError,
            r"baseline: expected shape \(12, 10, 1\).* got \(10, 12, 1\)",
        ),
        ("integrated_gradients", {"baseline": np.nan}, ValueError, "baseline: expected a finite"),
        ("occlusion", {"size": 0}, ValueError, "size: .* at least 1, got 0"),
        ("occlusion", {"size": 11}, ValueError, "size: expected at most 10, .* got 11"),
        ("occlusion", {"size": 2.5}, TypeError, "size: expected an integer"),
        ("occlusion", {"stride": 0}, ValueError, "stride: .* at least 1, got 0"),
        ("occlusion", {"fill": np.nan}, ValueError, "fill: expected a finite number"),
        ("occlusion", {"fill": "grey"}, TypeError, "fill: expected a number"),
        ("occlusion", {"of": 1}, TypeError, "of: expected one of logit, probability, got 1"),
        ("activation_maximization", {"layer": "conv9"}, ValueError, f"layer: .*; {UNKNOWN}"),
        ("activation_maximization", {"units": []}, ValueError, "units: expected at least one"),
        ("activation_maximization", {"steps": 0}, ValueError, "steps: .* at least 1, got 0"),
        ("activation_maximization", {"step_size": 0}, ValueError, "step_size: .* above 0"),
        ("activation_maximization", {"l2": -1}, ValueError, "l2: .* at least 0, got -1"),
        (
            "activation_maximization",
            {"total_variation": np.inf},
            ValueError,
            "total_variation: expected a finite number",
        ),
        ("activation_maximization", {"jitter": -1}, ValueError, "jitter: .* at least 0, got -1"),
        ("activation_maximization", {"jitter": 0.5}, TypeError, "jitter: expected an integer"),
        ("activation_maximization", {"blur": -0.1}, ValueError, "blur: .* at least 0, got -0.1"),
        ("activation_maximization", {"seed": -1}, ValueError, "seed: .* at least 0, got -1"),
        (
            "activation_maximization",
            {"value_range": (0.6, 1)},
            ValueError,
            "start: expected pixels in value_range, 0.6 to 1.0, got 0.5 to 0.5",
        ),
        ("adversarial", {"epsilon": 0}, ValueError, "epsilon: expected a number above 0, got 0"),
        ("adversarial", {"epsilon": "a"}, TypeError, "epsilon: expected a number"),
        ("adversarial", {"steps": 0}, ValueError, "steps: .* at least 1, got 0"),
        ("adversarial", {"labels": None}, TypeError, "labels: expected integers, got None"),
        (
            "adversarial",
            {"value_range": (1, 0)},
            ValueError,
            "value_range: expected low below high",
        ),
        ("adversarial", {"value_range": 1}, TypeError, "value_range: expected a pair .* got 1"),
        ("adversarial", {"value_range": (0, 1, 2)}, TypeError, "value_range: expected a pair"),
        (
            "adversarial",
            {"images": 2 * IMAGES - 1.5},
            ValueError,
            "images: expected pixels in value_range, 0.0 to 1.0, got -0.5",
        ),
    ],
)
def test_other_arguments_are_refused_by_name(method, arguments, error, message):
    refuse(method, arguments, error, message)
