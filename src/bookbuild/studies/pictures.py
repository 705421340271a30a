"""The work of the studies whose networks answer with pictures, and what they learn from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from skimage import metrics

from convbook import data, models, reference, studies, training
from convbook.models.small import lenet5
from convbook.training import device

Array = npt.NDArray[Any]
Settings = dict[str, Any]

LEARNED = ("chelsea", "coffee", "rocket")
JUDGED = ("astronaut", "camera")
"""The photographs: trained on some, judged on others."""

DIGITS = (0, 1, 7)
"""The digits of the masks: classes 1, 2 and 3. Ten would take longer to tell apart."""

MASKS: Settings = {
    "canvases": 1200, "tested": 300, "size": 48, "epochs": 4, "batch": 15, "rate": 0.01,
}  # fmt: skip
PAIRS = (("fcn", 0, 4), ("fcn", 1, 4), ("unet", 0, 4), ("unet", 1, 8))
"""Network, seed and epochs. U-Net's second seed told no digits apart after four epochs."""

NOISE: Settings = {
    "patches": 800, "size": 40, "sigma": 0.1, "epochs": 12, "batch": 10, "rate": 0.003,
}  # fmt: skip
FINER: Settings = {
    "patches": 800, "size": 48, "scale": 2, "epochs": 10, "batch": 10, "rate": 0.003,
}  # fmt: skip

STRIDE = 4  # pixels, LeNet-5's
DETECTOR: Settings = {
    "canvases": 800, "size": 96, "each": 6, "epochs": 10, "batch": 500, "rate": 0.003,
}  # fmt: skip
NOTHING = 10
"""The class of a window without a digit in its middle."""


def photographs(names: Sequence[str]) -> list[npt.NDArray[np.float32]]:
    """Return photographs in grey, from 0 to 1."""
    found = [data.to_float(getattr(data, name)()) for name in names]
    return [data.to_grey(picture) if picture.ndim == 3 else picture for picture in found]


def fit(
    model: keras.Model, x: Array, y: Array, loss: Any, settings: Settings, seed: int
) -> list[float]:
    """Train with Adam under a cosine schedule; return the mean loss of each epoch."""
    device.prepare()
    batch, epochs = settings["batch"], settings["epochs"]
    steps = len(x) // batch
    rate = keras.optimizers.schedules.CosineDecay(settings["rate"], steps * epochs)
    model.compile(keras.optimizers.Adam(rate), loss)
    losses = []
    for epoch in range(epochs):
        rows = np.random.default_rng([seed, epoch]).permutation(len(x))[: steps * batch]
        history = model.fit(
            x[rows, ..., np.newaxis], y[rows], batch_size=batch, shuffle=False, verbose=0
        )
        losses.append(float(history.history["loss"][0]))
    return losses


def shipped(model: keras.Model, keep: bool) -> dict[str, str]:
    """Round the weights as they are shipped, so that all that is judged can be computed again."""
    packed = studies.pack(model.get_weights())
    model.set_weights(studies.unpack(packed))
    return {"weights": packed} if keep else {}


def segmentation(network: str, skips: bool, seed: int, epochs: int) -> dict[str, Any]:
    """Train a network to find the pixels of digits on photographs, and judge it by its IoU."""
    x, masks = _written("train", LEARNED, MASKS["canvases"])
    model = models.build(network, classes=len(DIGITS) + 1, skips=skips, seed=seed)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    settings = {**MASKS, "epochs": epochs}
    losses = fit(model, x[..., np.newaxis], masks, loss, settings, seed)
    weights = shipped(model, seed == 0)
    x, masks = _written("test", JUDGED, MASKS["tested"])
    found = training.predict_maps(model, x).argmax(axis=-1)
    table = reference.pixel_confusion(masks, found, len(DIGITS) + 1)
    return {
        "parameters": model.count_params(), "losses": losses,
        "iou": reference.intersection_over_union(table).tolist(),
        "right": float(np.trace(table) / table.sum()), **weights,
    }  # fmt: skip


@lru_cache(maxsize=2)
def _written(part: str, names: tuple[str, ...], count: int) -> tuple[Array, Array]:
    digits, labels = data.mnist()[part == "test"]
    rows = np.isin(labels, DIGITS)
    pictures, masks = data.digits_on_photographs(
        digits[rows], np.searchsorted(DIGITS, labels[rows]), photographs(names), count,
        size=MASKS["size"], seed=int(part == "test"),
    )  # fmt: skip
    return pictures, masks


def patches(names: Sequence[str], count: int, size: int) -> Array:
    """Return crops of photographs, turned by quarters and mirrored, (count, size, size)."""
    rng = np.random.default_rng(0)
    grounds = photographs(names)
    found = []
    for _ in range(count):
        ground = grounds[rng.integers(len(grounds))]
        top, left = (rng.integers(n - size + 1) for n in ground.shape)
        crop = np.rot90(ground[top : top + size, left : left + size], int(rng.integers(4)))
        found.append(crop[:, :: rng.choice((-1, 1))])
    return np.array(found)


def noisy(pictures: Array, seed: int) -> npt.NDArray[np.float32]:
    """Return pictures with Gaussian noise, not clipped: clipped noise would have a mean."""
    noise = np.random.default_rng(seed).normal(0, NOISE["sigma"], pictures.shape)
    return (pictures + noise).astype(np.float32)


def coarse(pictures: Array) -> npt.NDArray[np.float32]:
    """Return pictures (n, H, W) at a fraction of their size: means of squares of pixels."""
    s = FINER["scale"]
    n, height, width = pictures.shape
    squares = pictures.reshape(n, height // s, s, width // s, s)
    return np.asarray(squares.mean(axis=(2, 4)), np.float32)


def denoising(target: str, seed: int) -> dict[str, Any]:
    """Train the denoiser towards clean pictures, or towards second noisy copies of them."""
    clean = patches(LEARNED, NOISE["patches"], NOISE["size"])
    wanted = clean if target == "clean" else noisy(clean, 2)
    model = models.build("denoiser", seed=seed)
    losses = fit(
        model, noisy(clean, 1)[..., np.newaxis], wanted[..., np.newaxis], "mse", NOISE, seed
    )
    weights = shipped(model, seed == 0)
    judged = {
        name: quality(picture, training.predict_maps(model, noisy(picture[np.newaxis], 3)))
        for name, picture in zip(JUDGED, photographs(JUDGED), strict=True)
    }
    return {"parameters": model.count_params(), "losses": losses, "judged": judged, **weights}


def enlarging(upsampling: str, seed: int) -> dict[str, Any]:
    """Train the super-resolution network with a way of enlarging its maps."""
    fine = patches(LEARNED, FINER["patches"], FINER["size"])
    model = models.build("espcn", scale=FINER["scale"], upsampling=upsampling, seed=seed)
    losses = fit(model, coarse(fine)[..., np.newaxis], fine[..., np.newaxis], "mse", FINER, seed)
    weights = shipped(model, True)
    judged = {
        name: quality(picture, training.predict_maps(model, coarse(picture[np.newaxis])))
        for name, picture in zip(JUDGED, photographs(JUDGED), strict=True)
    }
    return {
        "parameters": model.count_params(), "losses": losses, "judged": judged,
        "ripple": ripple(model), **weights,
    }  # fmt: skip


def ripple(model: keras.Model) -> float:
    """Return how far the pixels of a square differ where the input is one grey, on average.

    It is the standard deviation among the pixels that one coarse pixel becomes, far from the edge,
    as a mean over nine greys: the checkerboard, in grey values from 0 to 1.
    """
    greys = np.linspace(0.1, 0.9, 9, dtype=np.float32)
    flat = np.broadcast_to(greys[:, np.newaxis, np.newaxis], (9, 16, 16))
    s = FINER["scale"]
    square = training.predict_maps(model, flat)[:, 8 * s : 9 * s, 8 * s : 9 * s, 0]
    return float(square.std(axis=(1, 2)).mean())


def quality(picture: Array, found: Array) -> list[float]:
    """Return the PSNR in dB and the SSIM of a picture found, clipped to 0 to 1."""
    shown = np.clip(found.reshape(picture.shape), 0, 1)
    judges: Any = (metrics.peak_signal_noise_ratio, metrics.structural_similarity)
    return [float(judge(picture, shown, data_range=1)) for judge in judges]


def detecting(seed: int) -> dict[str, Any]:
    """Teach LeNet-5's last two layers an eleventh class: no digit in the window's middle."""
    canvases = data.digits_on_canvas(
        *data.mnist()[0], DETECTOR["canvases"], size=DETECTOR["size"], each=DETECTOR["each"], seed=1
    )
    lenet = training.load("lenet5").model
    features = training.predict_maps(lenet5.features(lenet), data.to_float(canvases.pictures))
    targets = np.full(features.shape[:3], NOTHING)
    # A window of 32 pixels whose corner is at 4 i on the padded canvas has the middle of the 28
    # pixels at 4 i on the canvas: the nearest i is the digit's.
    steps = (canvases.places + STRIDE // 2) // STRIDE
    rows = np.arange(len(steps))[:, np.newaxis]
    targets[rows, steps[..., 0], steps[..., 1]] = canvases.labels
    first, last = (keras.initializers.GlorotUniform(seed=2 * seed + i) for i in (0, 1))
    head = keras.Sequential(
        [
            keras.Input((120,)),
            keras.layers.Dense(
                84, activation=lenet.get_layer("F6").activation, kernel_initializer=first
            ),
            keras.layers.Dense(NOTHING + 1, kernel_initializer=last),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    losses = fit(head, features.reshape(-1, 120), targets.ravel(), loss, DETECTOR, seed)
    return {"parameters": head.count_params(), "losses": losses, **shipped(head, True)}
