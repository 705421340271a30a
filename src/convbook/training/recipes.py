"""The book's recipes: what each network that it trains is trained by, under a name."""

from collections.abc import Mapping
from types import MappingProxyType

from convbook.training.device import fastest_precision
from convbook.training.recipe import Recipe

__all__ = ["BOOK", "CS20", "GARMENTS", "LECTURE", "NINETY_NINE", "SHORTEST"]

CS20 = Recipe("mnist_convnet", epochs=2, precision=fastest_precision())
"""The network of CS 20's lecture, with Adam at its usual rate."""

_LENET = Recipe("lenet", epochs=3, optimizer="adagrad", learning_rate=0.1)

_SGD = Recipe(
    "small_convnet", batch_size=256, optimizer="sgd", learning_rate=0.3, schedule="cosine",
    warmup=0.2,
)  # fmt: skip

LECTURE = _SGD.but(
    options={"widths": (8, 16), "kernels": (5, 5), "pools": (2, 2)},
    batch_size=512, learning_rate=0.4,
)  # fmt: skip
"""One epoch that aims at the 98.18 % that the lecture's network has after 25."""

NINETY_NINE = _SGD.but(options={"widths": (16, 32, 64), "pools": (2, 2, 1)})
"""One epoch that aims at 99 %."""

SHORTEST = _SGD.but(epochs=4, shift=1)
"""Four epochs that aim at 99.4 %: where the search of the study `shortest_way` starts."""

GARMENTS = _SGD.but(
    network="small_resnet", epochs=8, dataset="fashion_mnist", shift=1, flip=True
)  # fmt: skip
"""Eight epochs of a small residual network that aim at 92.5 % of Fashion-MNIST's test pictures."""

BOOK: Mapping[str, Recipe] = MappingProxyType(
    {
        "lenet": _LENET,
        "lenet_shifted": _LENET.but(shift=2),
        "lenet5": _SGD.but(network="lenet5", epochs=3, learning_rate=0.1, shift=1),
        "mnist_convnet": CS20,
        "source_start": CS20.but(options={"initializer": "source"}, epochs=1),
        "strided_convnet": Recipe("strided_convnet", epochs=3),
        "strided_convnet_pool": Recipe("strided_convnet", {"head": "pool"}, epochs=3),
        "mlp": Recipe("mlp", {"parameters": 40_010}, epochs=3),
        "lecture": LECTURE,
        "small_convnet": SHORTEST,
        "mini_inception": _SGD.but(network="mini_inception", epochs=8, shift=1),
        "garments": GARMENTS,
        "mini_inception_garments": _SGD.but(
            network="mini_inception",
            epochs=15,
            batch_size=64,
            learning_rate=0.1,
            dataset="fashion_mnist",
            held_out=50_000,
        ),
    }
)
"""What the site needs: ``python -m convbook train --book`` trains all of it."""
