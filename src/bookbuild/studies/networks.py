"""The work of the studies `execution`, `devices` and `forward_times`: whole networks, timed."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from bookbuild.studies import limits
from convbook import data, models, timing

Calls: TypeAlias = dict[str, Callable[[], None]]

NETWORKS = ("mnist_convnet", "depthwise")
TIMED = (
    "lenet5", "mnist_convnet", "alexnet", "vgg16", "network_in_network", "googlenet",
    "inception_v3", "resnet50", "mobilenet", "efficientnet_lite0",
)  # fmt: skip
MODES = ("eager", "function", "XLA")
PRECISIONS = ("float32", "mixed_bfloat16")
BATCH = 128  # pictures in a training step
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
PICTURES = 16  # in the comparison of layouts
LAYOUTS = ((112, 8), (56, 32), (28, 128), (14, 512))  # pixels along each side, and channels


def depthwise_network(*, blocks: int = 4, maps: int = 64) -> keras.Model:
    """Build MobileNet's block a few times over, for pictures of digits: 3x3 depthwise, then 1x1.

    It computes as `mnist_convnet` does: input (28, 28, 1), ten logits in float32.
    """
    x = image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(maps, 3, 2, padding="same", use_bias=False)(x)
    for _ in range(blocks):
        for conv in (
            layers.DepthwiseConv2D(3, padding="same", use_bias=False),
            layers.Conv2D(maps, 1, use_bias=False),
        ):
            x = layers.ReLU()(layers.BatchNormalization()(conv(x)))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, dtype="float32")(x), name="depthwise")


def build(network: str) -> keras.Model:
    """Return one of `NETWORKS`, untrained, under the precision that Keras is set to."""
    keras.utils.set_random_seed(0)
    return depthwise_network() if network == "depthwise" else models.build(network)


def sizes(network: str) -> dict[str, Any]:
    """Return what a network's times depend on: its weights, and the pictures of a step."""
    return {"network": network, "weights": build(network).count_params(), "batch": BATCH}


@cache
def digits() -> tuple[Any, Any]:
    """Return as many training digits as the largest batch has, as floats, with their labels."""
    (pictures, labels), _ = data.mnist()
    count = max(BATCHES)
    return data.to_float(pictures[:count])[..., np.newaxis], labels[:count].astype(np.int64)


def forward_of(model: keras.Model, mode: str = "function") -> Callable[[tf.Tensor], tf.Tensor]:
    """Return the network at evaluation, in one of `MODES`."""

    def forward(x: tf.Tensor) -> tf.Tensor:
        return model(x, training=False)

    return _in_mode(forward, mode)


def step_of(model: keras.Model, mode: str = "function") -> Callable[[tf.Tensor, tf.Tensor], Any]:
    """Return a training step of the network with Adam, in one of `MODES`."""
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return _in_mode(step, mode)


def _in_mode(function: Callable[..., Any], mode: str) -> Callable[..., Any]:
    if mode == "eager":
        return function
    # One trace serves batches of all sizes.
    traced: Callable[..., Any] = tf.function(
        function, jit_compile=mode == "XLA", reduce_retracing=True
    )
    return traced


def done(_result: object) -> None:
    """Wait until a call's work is done: on a GPU the call itself has only asked for it."""
    if "GPU" in devices():
        tf.test.experimental.sync_devices()


def calls_of(network: str, mode: str = "function") -> Calls:
    """Return a forward pass and a training step of `BATCH` digits, under the precision set."""
    x, y = (tf.constant(part[:BATCH]) for part in digits())
    model = build(network)
    forward, step = forward_of(model, mode), step_of(model, mode)
    return {"forward": lambda: done(forward(x)), "step": lambda: done(step(x, y))}


def by_turns(calls: dict[str, Calls]) -> dict[str, Any]:
    """Time the same parts of several programs by turns, and the first call of each.

    By program, then by part, the fields of :class:`convbook.timing.Timing` and ``first`` come back.
    """
    results: dict[str, Any] = {name: {} for name in calls}
    for part in ("forward", "step"):
        for name, parts in calls.items():
            begun = time.perf_counter()
            parts[part]()
            results[name][part] = {"first": time.perf_counter() - begun}
        taken = timing.by_turns({name: parts[part] for name, parts in calls.items()}, at_least=1.0)
        for name, each in taken.items():
            results[name][part] |= each._asdict()
    return results


def pair(network: str) -> dict[str, Any]:
    """Time a forward pass and a training step in a traced function."""
    results: dict[str, Any] = by_turns({network: calls_of(network)})[network]
    return results


def modes(network: str) -> dict[str, Any]:
    """Time a network in all `MODES`, as `by_turns` does."""
    return by_turns({mode: calls_of(network, mode) for mode in MODES})


def threads(network: str, count: int) -> dict[str, Any]:
    """Time `pair` in a process of its own that computes with so many threads.

    TensorFlow fixes the number before its first operation. It is that of the threads within an
    operation (intra), and of those that run operations beside each other (inter).
    """
    code = (
        "import json; import tensorflow as tf\n"
        f"tf.config.threading.set_intra_op_parallelism_threads({count})\n"
        f"tf.config.threading.set_inter_op_parallelism_threads({count})\n"
        "from bookbuild.studies import networks\n"
        f"print(json.dumps(networks.pair({network!r})))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"the process with {count} threads failed: {ended.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return result


def batch_sizes(network: str) -> list[dict[str, Any]]:
    """Time forward passes of batches of all sizes, by turns; ``pictures`` is the size of each."""
    forward = forward_of(build(network))
    x, _ = digits()

    def call(size: int) -> Callable[[], None]:
        pictures = tf.constant(x[:size])
        return lambda: done(forward(pictures))

    calls = {str(size): call(size) for size in BATCHES}
    taken = timing.by_turns(calls, repeats=5, at_least=0.5)
    return [
        {"pictures": size, **each._asdict()}
        for size, each in zip(BATCHES, taken.values(), strict=True)
    ]


def precision(network: str) -> dict[str, Any]:
    """Time a network in `PRECISIONS`, as `by_turns` does; tell how far its logits are apart.

    The ``error`` is the root of the mean square, over the deviation of the logits.
    """
    calls, built = {}, {}
    before = keras.config.dtype_policy()
    try:
        for policy in PRECISIONS:
            keras.config.set_dtype_policy(policy)
            calls[policy], built[policy] = calls_of(network), build(network)
    finally:
        keras.config.set_dtype_policy(before)
    x = tf.constant(digits()[0][:BATCH])
    exact, rounded = built.values()
    rounded.set_weights(exact.get_weights())
    logits = exact(x, training=False).numpy()
    error = rounded(x, training=False).numpy() - logits
    return {**by_turns(calls), "error": float(np.sqrt(np.mean(error**2)) / logits.std())}


def layout(size: int, channels: int) -> dict[str, Any]:
    """Time one 3x3 convolution in both layouts, and the transpositions from NHWC and back.

    A layout that this device does not support has the message in the place of times.
    """
    x = tf.random.stateless_normal((PICTURES, size, size, channels), seed=(0, 1))
    w = tf.random.stateless_normal((3, 3, channels, channels), seed=(0, 2))
    first = tf.transpose(x, (0, 3, 1, 2))
    there = tf.function(lambda x: tf.transpose(x, (0, 3, 1, 2)))
    back = tf.function(lambda x: tf.transpose(x, (0, 2, 3, 1)))
    last = tf.function(lambda x: tf.nn.conv2d(x, w, 1, "SAME"))
    before = tf.function(lambda x: tf.nn.conv2d(x, w, 1, "SAME", data_format="NCHW"))
    calls = {
        "NHWC": lambda: done(last(x)),
        "NCHW": lambda: done(before(first)),
        "transpositions": lambda: done(back(there(x))),
    }
    try:
        calls["NCHW"]()
    except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
        del calls["NCHW"]
        refused = {"NCHW": {"refused": str(error).splitlines()[0]}}
    else:
        refused = {}
    taken = timing.by_turns(calls, at_least=0.5)
    return {name: each._asdict() for name, each in taken.items()} | refused


def step_parts(network: str) -> dict[str, Any]:
    """Time a training step cut short after each of its parts, by turns."""
    x, y = (tf.constant(part[:BATCH]) for part in digits())
    model = build(network)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def forward() -> tf.Tensor:
        return loss_of(y, model(x, training=True))

    def backward() -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        # Returned, since what nobody reads is not computed.
        return tape.gradient(loss, model.trainable_variables)

    traced_forward, traced_backward, step = (
        tf.function(forward),
        tf.function(backward),
        step_of(model),
    )
    bytes_of = (255 * x.numpy()).astype(np.uint8)
    pictures = tf.data.Dataset.from_tensor_slices((bytes_of, y.numpy())).repeat()
    prepared = pictures.batch(BATCH).map(lambda x, y: (tf.cast(x, tf.float32) / 255, y))
    batches = iter(prepared)
    calls = {
        "input": lambda: next(batches),
        "forward": lambda: done(traced_forward()),
        "backward": lambda: done(traced_backward()),
        "whole": lambda: done(step(x, y)),
    }
    taken = timing.by_turns(calls, at_least=1.0)
    return {name: each._asdict() for name, each in taken.items()}


def layer_parts() -> dict[str, Any]:
    """Time each layer of `mnist_convnet` by itself, forwards and backwards, for a batch."""
    first, *others = build("mnist_convnet").layers[1:]
    x = tf.constant(digits()[0][:BATCH])
    # Nobody corrects the picture: the first layer needs the gradient of its weights only.
    results = {first.name: _layer(first, x, corrects_input=False)}
    for before, layer in zip((first, *others), others, strict=False):
        x = before(x, training=True)
        results[layer.name] = _layer(layer, x)
    return results


def _layer(layer: keras.Layer, x: tf.Tensor, *, corrects_input: bool = True) -> dict[str, Any]:
    """Time a layer forwards, and forwards and backwards."""

    def forward(x: tf.Tensor) -> tf.Tensor:
        return layer(x, training=True)

    def both(x: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        gradients = tape.gradient(y, layer.trainable_variables + ([x] if corrects_input else []))
        return y, gradients

    traced = {"forward": tf.function(forward), "both": tf.function(both)}
    calls: dict[str, Callable[[], None]] = {
        "forward": lambda: done(traced["forward"](x)),
        "both": lambda: done(traced["both"](x)),
    }
    return {name: each._asdict() for name, each in timing.by_turns(calls).items()}


@cache
def devices() -> tuple[str, ...]:
    """Return ``("CPU",)``, or ``("CPU", "GPU")`` where TensorFlow finds a GPU."""
    return ("CPU", "GPU") if tf.config.list_physical_devices("GPU") else ("CPU",)


def on_device(network: str, device: str) -> dict[str, Any]:
    """Time `pair` on one of `devices`, in float32."""
    with tf.device(f"/{device}:0"):
        return pair(network)


def product_on(device: str) -> dict[str, Any]:
    """Time a product of large matrices on one of `devices`, in float32 and in bfloat16."""
    with tf.device(f"/{device}:0"):
        return {dtype: limits.peak(dtype) for dtype in limits.DTYPES}


def forward_time(network: str) -> dict[str, Any]:
    """Time the forward pass of one picture through one of the book's networks."""
    model = models.build(network)
    shape = tuple(model.input_shape[1:])
    picture = tf.random.stateless_normal((1, *shape), seed=(0, 1))
    forward = forward_of(model)
    taken = timing.measure(lambda: done(forward(picture)), at_least=1.0)
    results = {**taken._asdict(), "input_shape": shape, "parameters": model.count_params()}
    keras.backend.clear_session()
    return results
