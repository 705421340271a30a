"""The arithmetic of the live figures against TensorFlow and the book's package."""

import itertools
import re
from typing import Any

import numpy as np
import tensorflow as tf

from convbook import arithmetic, reference
from tests.live.conftest import LIVE, Node, Refused

TOLERANCE = {"rtol": 0, "atol": 2e-6}
SIZES, KERNELS = (1, 2, 3, 5, 8, 9), (1, 2, 3, 4, 5)
PADDINGS: tuple[Any, ...] = ("VALID", "SAME", 0, 2, [0, 1], [3, 0])


def paddings(rng: np.random.Generator) -> list[Any]:
    """Return a padding of each form, explicit numbers at random."""
    zeros = rng.integers(0, 4, (2, 2)).tolist()
    return ["VALID", "SAME", "same", zeros[0][0], zeros[0], zeros]


def for_tensorflow(padding: Any) -> Any:
    if isinstance(padding, str):
        return padding.upper()
    pairs = np.broadcast_to(padding, (2, 2)).tolist()
    return [[0, 0], *pairs, [0, 0]]


def cases(rng: np.random.Generator) -> Any:
    """Yield images and options: every stride, dilation and padding, at random sizes."""
    for stride, dilation, form in itertools.product((1, 2, 3), (1, 2, 3), range(6)):
        kernel = rng.integers(1, 6, 2).tolist()
        size = [(k - 1) * dilation + int(rng.integers(1, 9)) for k in kernel]
        strides = [stride, int(rng.integers(1, 4))]
        dilations = [dilation, dilation]
        if rng.random() < 0.5:
            strides, dilations = [stride, stride], [dilation, 1]
        yield size, kernel, strides, dilations, paddings(rng)[form]


def compare(computed: Any, expected: Any, case: Any) -> None:
    assert not isinstance(computed, Refused), (computed, case)
    np.testing.assert_allclose(computed, expected, **TOLERANCE, err_msg=repr(case))


def test_sizes_are_those_of_the_package(page: Node) -> None:
    expected: list[Any] = []
    for n, k, s, d, padding in itertools.product(SIZES, KERNELS, (1, 2, 3), (1, 2), PADDINGS):
        options = {"stride": s, "dilation": d}
        page.call("convbook.outputSize", n, k, {**options, "padding": padding})
        page.call("convbook.samePadding", n, k, options)
        try:
            expected.append(arithmetic.output_size(n, k, s, d, padding))
        except ValueError:
            expected.append(None)
        expected.append(list(arithmetic.same_padding(n, k, s, d)))
    found = page.run()
    assert [None if isinstance(size, Refused) else size for size in found] == expected
    assert expected.count(None) > 100


def test_convolutions_are_tensorflow_s(page: Node, rng: np.random.Generator) -> None:
    expected = []
    for size, kernel, s, d, padding in cases(rng):
        for channels, maps, groups in ((4, 6, 1), (4, 6, 2), (1, 1, 1)):
            x = rng.normal(size=(2, *size, channels)).astype(np.float32)
            w = rng.normal(size=(*kernel, channels // groups, maps)).astype(np.float32) / 8
            parts = [
                tf.nn.conv2d(a, b, s, for_tensorflow(padding), dilations=d)
                for a, b in zip(np.split(x, groups, 3), np.split(w, groups, 3), strict=True)
            ]
            case = (size, kernel, s, d, padding, channels, groups)
            expected.append((np.concatenate(parts, 3), case))
            options = {"stride": s, "dilation": d, "padding": padding}
            page.call("convbook.conv2d", x, w, options)
    for computed, (y, case) in zip(page.run(), expected, strict=True):
        compare(computed, y, case)


def test_depthwise_convolutions_are_tensorflow_s(page: Node, rng: np.random.Generator) -> None:
    expected = []
    for size, kernel, s, d, padding in cases(rng):
        if s[0] != s[1] or (max(s) > 1 and max(d) > 1):  # TensorFlow knows no others.
            continue
        x = rng.normal(size=(1, *size, 3)).astype(np.float32)
        w = rng.normal(size=(*kernel, 3, 2)).astype(np.float32) / 4
        before = for_tensorflow(padding)
        if not isinstance(before, str):
            before = "VALID"
            y_of = tf.pad(x, for_tensorflow(padding))
        else:
            y_of = x
        y = tf.nn.depthwise_conv2d(y_of, w, [1, *s, 1], before, dilations=d)
        expected.append((y, (size, kernel, s, d, padding)))
        options = {"stride": s, "dilation": d, "padding": padding}
        page.call("ConvbookLive.engine.depthwiseConv2d", x, w, options)
    assert len(expected) > 10
    for computed, (y, case) in zip(page.run(), expected, strict=True):
        compare(computed, y, case)


def test_transposed_convolutions_are_keras_s(page: Node, rng: np.random.Generator) -> None:
    expected = []
    for s, k, padding in itertools.product((1, 2, 3), (1, 2, 3, 4, 5), ("VALID", "SAME")):
        x = rng.normal(size=(2, 4, 3, 3)).astype(np.float32)
        w = rng.normal(size=(k, k, 2, 3)).astype(np.float32) / 4
        y = tf.keras.ops.conv_transpose(x, w, s, padding.lower())
        expected.append((y, (s, k, padding)))
        page.call("ConvbookLive.engine.conv2dTranspose", x, w, {"stride": s, "padding": padding})
        if padding == "VALID" and k > 2:
            zeros = [[0, 0], [1, 1], [0, 1], [0, 0]]
            shape = (2, 3 * s + k - 2, 2 * s + k - 1, 2)
            y = tf.nn.conv2d_transpose(x, w, shape, s, zeros)
            expected.append((y, (s, k, zeros)))
            options = {"stride": s, "padding": [[1, 1], [0, 1]]}
            page.call("ConvbookLive.engine.conv2dTranspose", x, w, options)
    for computed, (y, case) in zip(page.run(), expected, strict=True):
        compare(computed, y, case)


def test_poolings_and_their_gradients_are_tensorflow_s(
    page: Node, rng: np.random.Generator
) -> None:
    expected = []
    kinds = {"maxPool": tf.nn.max_pool2d, "averagePool": tf.nn.avg_pool2d}
    for (name, pool), k, s, padding in itertools.product(
        kinds.items(), (1, 2, 3, 4), (1, 2, 3), ("VALID", "SAME")
    ):
        size = [k + int(rng.integers(0, 6)) for _ in range(2)]
        x = tf.Variable(rng.integers(-3, 4, (2, *size, 3)).astype(np.float32))  # with equal numbers
        with tf.GradientTape() as tape:
            y = pool(x, k, s, padding)
        dy = rng.normal(size=y.shape).astype(np.float32)
        case = (name, size, k, s, padding)
        options = {"stride": s, "padding": padding}
        expected.append((y, case))
        page.call(f"ConvbookLive.engine.{name}", x.numpy(), k, options)
        expected.append((tape.gradient(y, x, tf.constant(dy)), case))
        largest = [y.numpy()] if name == "maxPool" else []
        page.call("ConvbookLive.engine.poolGradient", dy, x.numpy(), k, options, *largest)
    for computed, (y, case) in zip(page.run(), expected, strict=True):
        compare(computed, y, case)


def test_the_gradient_of_a_convolution_is_the_package_s(
    page: Node, rng: np.random.Generator
) -> None:
    expected = []
    for size, kernel, s, d, padding in cases(rng):
        shape, w = (2, *size, 2), rng.normal(size=(*kernel, 2, 3)).astype(np.float32) / 4
        y = reference.conv2d(np.zeros(shape, np.float32), w, s, padding, d)
        dy = rng.normal(size=y.shape).astype(np.float32)
        dx = reference.conv2d_input_gradient(dy, w, shape, s, padding, d)
        expected.append((dx, (size, kernel, s, d, padding)))
        options = {"stride": s, "dilation": d, "padding": padding}
        page.call("ConvbookLive.engine.conv2dInputGradient", dy, w, shape, options)
    for computed, (dx, case) in zip(page.run(), expected, strict=True):
        compare(computed, dx, case)


IMAGE, KERNEL = (
    "{data: new Float32Array(16), shape: [1, 4, 4, 1]}",
    ("{data: new Float32Array(9), shape: [3, 3, 1, 1]}"),
)


WRONG = [
    ("outputSize(0, 3)", "n: expected a whole number of at least 1, got 0"),
    ("outputSize(7.5, 3)", "n: expected a whole number of at least 1, got 7.5"),
    ("outputSize(7)", "k: expected a whole number of at least 1, got undefined"),
    ('outputSize(7, "3")', 'k: expected a whole number of at least 1, got "3"'),
    ("outputSize(7, 3, {stride: 0})", "stride: expected a whole number of at least 1, got 0"),
    ("outputSize(7, 3, {stride: NaN})", "stride: .* got NaN"),
    ("outputSize(7, 3, {dilation: -1})", "dilation: .* got -1"),
    ('outputSize(7, 3, {padding: "FULL"})', 'padding: expected "VALID", .* got "FULL"'),
    ("outputSize(7, 3, {padding: [1]})", r"padding: expected .* got \[1\]"),
    ("outputSize(7, 3, {padding: -1})", "padding: expected a whole number of at least 0"),
    ("outputSize(7, 3, {padding: null})", "padding: .* got null"),
    ("outputSize(7, 3, {strides: 2})", "options: expected .* stride, dilation, padding, got"),
    ("outputSize(7, 3, 2)", "options: expected an object .* got 2"),
    ("outputSize(7, 3, null)", "options: .* got null"),
    ("outputSize(4, 3, {dilation: 2})", "k: expected taps .* at most .* 4, which 5 exceed"),
    ("samePadding(7, 0)", "k: expected a whole number of at least 1, got 0"),
    ('samePadding(7, 3, {padding: "SAME"})', "options: expected .* stride, dilation, got"),
    ("conv2d()", "image.data: expected a Float32Array, got undefined"),
    (f"conv2d(null, {KERNEL})", "image.data: expected a Float32Array, got undefined"),
    (f"conv2d({{data: [1], shape: [1, 1, 1, 1]}}, {KERNEL})", r"image.data: .* got \[1\]"),
    (
        f"conv2d({{data: new Float32Array(16), shape: [4, 4]}}, {KERNEL})",
        r"image.shape: expected a list of 4 lengths, got \[4, 4\]",
    ),
    (
        f"conv2d({{data: new Float32Array(15), shape: [1, 4, 4, 1]}}, {KERNEL})",
        r"image.data: expected 16 numbers, as \[1, 4, 4, 1\] has, got .* 15",
    ),
    (
        f"conv2d({{data: new Float32Array(16).fill(NaN), shape: [1, 4, 4, 1]}}, {KERNEL})",
        "image.data: expected finite numbers, got NaN",
    ),
    (
        f"conv2d({IMAGE}, {{data: new Float32Array(18), shape: [3, 3, 2, 1]}})",
        r"kernel.shape: expected the image's 1 channels.* got \[3, 3, 2, 1\]",
    ),
    (f"conv2d({IMAGE}, {KERNEL}, {{dilation: 2}})", "kernel height: .* at most .* 4"),
    (f"conv2d({IMAGE}, {KERNEL}, {{stride: [1, 2, 3]}})", "stride: .* two of them"),
    (f"conv2d({IMAGE}, {KERNEL}, {{padding: [[1, 1]]}})", "padding: expected .* two axes"),
    (f"conv2d({IMAGE}, {KERNEL}, {{padding: [[1, 1], [1, -1]]}})", "padding: .* got -1"),
    (f"conv2d({IMAGE}, {KERNEL}, {{stride: 1e400}})", "stride: .* got Infinity"),
    (f"conv2d({IMAGE}, {KERNEL}, {{groups: 2}})", 'options: .* got "groups"'),
]


def test_wrong_input_is_refused(page: Node) -> None:
    for call, _ in WRONG:
        page.call(f"() => convbook.{call}")
    for (call, words), answer in zip(WRONG, page.run(), strict=True):
        assert isinstance(answer, Refused), call
        assert re.search(words, str(answer)), (call, answer)


def test_nobody_changes_what_the_page_offers(page: Node) -> None:
    page.call("() => Object.isFrozen(convbook) && Object.isFrozen(convbook.networks)")
    page.call("() => Object.keys(convbook)")
    assert page.run() == [True, ["outputSize", "samePadding", "conv2d", "networks"]]


def test_the_engine_is_small() -> None:
    source = (LIVE / "engine.js").read_text("utf-8")
    stripped = re.sub(r"/\*.*?\*/|(?<=\s)//[^\n]*", "", source, flags=re.DOTALL)
    assert len(re.sub(r"\n\s*\n", "\n", stripped).encode()) < 12_000
