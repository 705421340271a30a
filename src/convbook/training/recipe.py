"""What a training does, in one value: equal recipes train a network to the same weights."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from convbook import models
from convbook._checks import integer, one_of, positive, positive_float, share

OPTIMIZERS = ("adam", "sgd", "adagrad")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "mixed_bfloat16")
DATASETS = ("mnist", "fashion_mnist")

# What a recipe had to say nothing about before it had a name for it: its text leaves it out, and
# what was trained and recorded by that text stays valid.
UNSAID: dict[str, object] = {"dataset": "mnist", "flip": False}

LARGEST_SEED = 2**31 - 1  # TensorFlow's operations take 32 bits with a sign
LARGEST_SHIFT = 27  # pixels: one more could move a whole picture out


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained.

    Attributes
    ----------
    network : str
        Name of one of the networks in :mod:`convbook.models`.
    options : mapping of str to value
        What the network's ``build`` takes, its seed aside: numbers, strings and sequences of them,
        which are kept as lists.
    epochs : int
        Passes over the training pictures.
    batch_size : int
        Pictures in a step. What is left over after the last whole batch of an epoch waits for
        another epoch: every epoch is shuffled anew.
    optimizer : {"adam", "sgd", "adagrad"}
        ``"sgd"`` takes `momentum` in Nesterov's form.
    learning_rate : float
        The schedule's peak.
    schedule : {"constant", "cosine"}
        ``"cosine"`` rises along a line for the share `warmup` of all steps, then falls to zero
        along a half-cosine.
    warmup : float
        Share of the steps of ``"cosine"``, from 0 to below 1.
    momentum : float
        Of ``"sgd"``, from 0 to below 1.
    shift : int
        Largest shift of a training picture, in pixels, at most 27: each is moved at random by so
        many up or down and left or right, and the border filled with zeros.
    seed : int
        Of the initial weights, the order of the pictures, the dropout and the shifts.
    precision : {"float32", "mixed_bfloat16"}
        ``"mixed_bfloat16"`` computes in bfloat16 and keeps the weights in float32.
    held_out : int
        Training pictures that are kept back, drawn at random and the same for every recipe, and
        evaluated instead of the test pictures. A recipe is tuned with these; what is left of it
        looks at the test set once.
    dataset : {"mnist", "fashion_mnist"}
        The function of :mod:`convbook.data` that returns the pictures.
    flip : bool
        Whether each training picture is mirrored, left to right, with probability a half. A
        mirrored garment is a garment; of digits only 0 and 8 stay what they are.

    Examples
    --------
    >>> Recipe("lenet", epochs=2, optimizer="adagrad", learning_rate=0.1).batch_size
    128
    """

    network: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    epochs: int = 1
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    momentum: float = 0.9
    shift: int = 0
    seed: int = 0
    precision: str = "float32"
    held_out: int = 0
    dataset: str = "mnist"
    flip: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be trained, before anything is built; keep plain Python values."""
        one_of("network", self.network, models.NAMES)
        self._keep("options", _plain(self.options))
        for name in ("epochs", "batch_size"):
            self._keep(name, positive(name, getattr(self, name)))
        for name, most in (("shift", LARGEST_SHIFT), ("seed", LARGEST_SEED), ("held_out", None)):
            self._keep(name, integer(name, getattr(self, name), 0, most))
        self._keep("learning_rate", positive_float("learning_rate", self.learning_rate))
        for name in ("warmup", "momentum"):
            self._keep(name, share(name, getattr(self, name)))
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, SCHEDULES)
        one_of("precision", self.precision, PRECISIONS)
        one_of("dataset", self.dataset, DATASETS)
        if not isinstance(self.flip, bool):
            raise TypeError(f"flip: expected True or False, got {self.flip!r}")

    @property
    def evaluated(self) -> str:
        """What each epoch is evaluated with: ``"test"`` or ``"held-out"`` pictures."""
        return "held-out" if self.held_out else "test"

    def but(self, **changes: Any) -> Self:
        """Return the recipe with some attributes changed.

        Examples
        --------
        >>> Recipe("lenet").but(seed=1).seed
        1
        """
        unknown = sorted(changes.keys() - {attribute.name for attribute in fields(self)})
        if unknown:
            raise TypeError(f"a recipe has no {', '.join(unknown)}")
        return replace(self, **changes)

    def as_json(self) -> str:
        """Return the recipe as text, the same for equal recipes.

        Examples
        --------
        >>> whole, real = Recipe("lenet", learning_rate=1), Recipe("lenet", learning_rate=1.0)
        >>> whole.as_json() == real.as_json()
        True
        """
        said = {
            name: value
            for name, value in asdict(self).items()
            if name not in UNSAID or value != UNSAID[name]
        }
        return json.dumps(said, sort_keys=True)

    def _keep(self, name: str, value: object) -> None:
        """Set an attribute while the recipe is made; afterwards it is frozen."""
        object.__setattr__(self, name, value)


def _plain(options: object) -> dict[str, Any]:
    """Return a copy of the options that nobody else can change, as JSON has them."""
    if not isinstance(options, Mapping):
        raise TypeError(f"options: expected a mapping, got {options!r}")
    if "seed" in options:
        raise ValueError("options: expected no seed, since the recipe has one of its own")
    try:
        copy: dict[str, Any] = json.loads(json.dumps(dict(options)))
    except (TypeError, ValueError) as error:
        raise TypeError(f"options: expected what JSON can hold, got {options!r}") from error
    return copy
