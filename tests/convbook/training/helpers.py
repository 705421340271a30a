"""Ten kinds of patterns that stand for digits, and recipes that learn them within a second."""

import numpy as np

from convbook.training import Recipe

DROPOUT = Recipe("lenet", epochs=4, batch_size=50)
SHIFTED = Recipe(
    "small_convnet", {"widths": [4, 4], "kernels": [5, 3], "pools": [2, 2]}, epochs=4,
    batch_size=50, optimizer="sgd", learning_rate=0.05, schedule="cosine", warmup=0.25, shift=1,
)  # fmt: skip
TINY = Recipe("mlp", {"parameters": 2000, "hidden_layers": 1}, epochs=2, batch_size=50)


def patterns(train=300, test=100):
    """Return ((pictures, labels), (pictures, labels)): ten coarse patterns under noise."""
    rng = np.random.default_rng(1998)
    kinds = rng.integers(0, 200, (10, 7, 7)).repeat(4, axis=1).repeat(4, axis=2)

    def some(number):
        labels = rng.integers(0, 10, number).astype(np.uint8)
        noise = rng.integers(0, 56, (number, 28, 28))
        return (kinds[labels] + noise).astype(np.uint8), labels

    return some(train), some(test)


def weights(trained):
    """Return all that a network keeps, weights and averages and seeds, as bytes."""
    return b"".join(np.asarray(variable).tobytes() for variable in trained.model.variables)
