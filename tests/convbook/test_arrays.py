"""Arrays and pictures of every kind, answered or refused by name, by whatever takes them."""

import io

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from convbook import data, interpretability, kernels, layers, plotting, pretrained, reference

RGB = data.chelsea()[:60, :80]
LITE = pretrained.Network("efficientnet_lite0", None, 24, 127.0, 128.0)


@pytest.fixture(scope="module")
def model():
    inputs = keras.Input((4, 4, 1))
    return keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(inputs)))


def reopened(image: Image.Image, form: str, **options: object) -> Image.Image:
    """Return a picture as a file gives it, with what the file says of it."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return Image.open(file)


def turned() -> Image.Image:
    """Return the picture as a camera held upright stores it: lying, with a note in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6  # To be shown turned clockwise.
    return reopened(Image.fromarray(np.rot90(RGB)), "PNG", exif=exif)


def transparent() -> Image.Image:
    return Image.fromarray(np.dstack([RGB, np.zeros(RGB.shape[:2], np.uint8)]))


FEW = RGB // 128 * 255  # eight colours
PICTURES = {
    "RGB": (lambda: Image.fromarray(RGB), RGB),
    "turned": (turned, RGB),
    "CMYK": (lambda: reopened(Image.fromarray(RGB).convert("CMYK"), "TIFF"), RGB),
    "palette": (lambda: reopened(Image.fromarray(FEW).quantize(), "PNG"), FEW),
    "grey": (lambda: Image.fromarray(RGB[..., 0]), np.dstack([RGB[..., 0]] * 3)),
    "bits": (lambda: Image.fromarray(FEW[..., 0] > 0), np.dstack([FEW[..., 0]] * 3)),
    "transparent": (transparent, np.full_like(RGB, 255)),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_of_pillow_is_what_a_viewer_shows_wherever_pictures_are_taken(kind):
    make, expected = PICTURES[kind]
    drawn = plotting.show_image(plt.figure().add_subplot(), make()).get_array()
    np.testing.assert_array_equal(drawn, expected)
    for take in (
        data.to_grey,
        data.to_float,
        lambda image: layers.convolve(image, kernels.get("sharpen")).max_pooled,
        LITE.preprocess,
        lambda image: LITE.preprocess([image]),
    ):
        np.testing.assert_array_equal(take(make()), take(expected))
    if kind != "transparent":
        np.testing.assert_array_equal(data.normalize(make()), data.normalize(expected))


def test_grey_of_sixteen_bits_keeps_its_values():
    deep = RGB[..., 0].astype(np.uint16) * 257
    np.testing.assert_array_equal(
        LITE.preprocess(Image.fromarray(deep)), LITE.preprocess(RGB[..., 0])
    )
    with pytest.raises(TypeError, match="image: expected uint8, got uint16"):
        data.to_float(Image.fromarray(deep))


def test_a_picture_that_cannot_be_read_is_refused_by_name():
    whole = io.BytesIO()
    Image.fromarray(RGB).save(whole, "PNG")
    with pytest.raises(ValueError, match=r"image: .* got a PngImageFile.* truncated"):
        data.to_grey(Image.open(io.BytesIO(whole.getvalue()[:2000])))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_an_array_of_two_axes():
    """A matrix stays two-dimensional whatever is indexed: Pillow wrote beyond its end."""
    grey = RGB[..., 0]
    matrix = np.asmatrix(grey)
    np.testing.assert_array_equal(LITE.preprocess(matrix), LITE.preprocess(grey))
    np.testing.assert_array_equal(
        layers.convolve(matrix, np.asmatrix(np.eye(3))).convolved,
        layers.convolve(grey, np.eye(3)).convolved,
    )
    np.testing.assert_array_equal(data.normalize(matrix), data.normalize(grey))
    np.testing.assert_array_equal(kernels.flip(np.asmatrix("1 2; 3 4")), [[4, 3], [2, 1]])


TAKERS = {
    "to_grey": ("image", data.to_grey),
    "to_float": ("image", data.to_float),
    "normalize": ("image", data.normalize),
    "weights": ("weights", lambda x: data.to_grey(RGB, x)),
    "flip": ("kernel", kernels.flip),
    "gaussian_profile": ("x", kernels.gaussian_profile),
    "conv2d": ("x", lambda x: reference.conv2d(x, np.ones((1, 1, 1, 1)))),
    "max_pool": ("x", reference.max_pool),
    "softmax": ("x", reference.softmax),
    "convolve": ("image", lambda x: layers.convolve(x, np.eye(3))),
    "convolve's kernel": ("kernel", lambda x: layers.convolve(RGB, x)),
    "preprocess": ("images", LITE.preprocess),
    "restore": ("x", LITE.restore),
    "probabilities": ("logits", pretrained.probabilities),
    "show_image": ("image", lambda x: plotting.show_image(plt.figure().add_subplot(), x)),
    "show_numbers": ("values", lambda x: plotting.show_numbers(plt.figure().add_subplot(), x)),
    "mosaic": ("pictures", lambda x: plotting.mosaic(x, 1)),
    "symmetric_limit": ("arrays", plotting.symmetric_limit),
    "confusion_matrix": ("labels", lambda x: interpretability.confusion_matrix(x, [0], 1)),
}


@pytest.mark.parametrize("taker", TAKERS)
def test_what_is_masked_ragged_or_symbolic_is_refused_by_name(taker):
    name, take = TAKERS[taker]
    for wrong in (
        np.ma.array(np.ones((2, 2, 3)), mask=np.eye(2)[..., np.newaxis] * np.ones(3)),
        keras.Input((2, 3)),
    ):
        with pytest.raises(ValueError, match=f"^{name}: expected (no masked values|an array, got)"):
            take(wrong)
    with pytest.raises(ValueError, match=rf"^{name}(\[0\])?: expected"):
        take([[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("argument", ["images", "baseline", "classes"])
def test_the_same_holds_for_what_explains_a_network(model, argument):
    good = {"images": np.ones((1, 4, 4, 1)), "baseline": 0, "classes": 0}
    for wrong in ([[1], [1, 2]], np.ma.masked_equal([1, 2], 1)):
        with pytest.raises(ValueError, match=f"^{argument}: expected (no masked|an array, got)"):
            interpretability.integrated_gradients(model, **(good | {argument: wrong}))
    with pytest.raises(TypeError, match=r"baseline: expected a number, got .*black"):
        interpretability.integrated_gradients(model, good["images"], baseline="black")


def test_layers_do_not_read_what_is_masked():
    with pytest.raises(ValueError, match=r"^x: expected no masked values"):
        layers.max_pool(np.ma.masked_equal(np.eye(4)[np.newaxis, ..., np.newaxis], 0))


def test_masks_that_hide_nothing_are_no_reason_to_refuse():
    np.testing.assert_array_equal(data.normalize(np.ma.array([1, 3])), [-1, 1])


def test_tensors_and_bfloat16_are_taken(model):
    halves = tf.constant(np.linspace(0, 1, 16).reshape(1, 4, 4, 1), tf.bfloat16)
    np.testing.assert_array_equal(
        interpretability.saliency(model, halves),
        interpretability.saliency(model, tf.cast(halves, tf.float32)),
    )
    np.testing.assert_array_equal(LITE.preprocess(tf.constant(RGB)), LITE.preprocess(RGB))
    taps = tf.constant([[0.5, 1.5]], tf.bfloat16)
    np.testing.assert_array_equal(kernels.flip(taps), [[1.5, 0.5]])
