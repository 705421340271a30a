"""What the pretrained networks say of the book's pictures: computed, or as it was recorded.

The weights of Inception v3 are not to be had everywhere. Where they are, ``nox -s studies --
inception_v3_answer`` records its logits, and a figure can show them elsewhere too.
"""

import numpy as np
import numpy.typing as npt

from convbook import data, pretrained, studies

__all__ = ["NETWORKS", "logits", "pictures"]

NETWORKS = ("efficientnet_lite0", "inception_v3")
"""The pretrained networks, the one that is always there first."""


def pictures() -> dict[str, npt.NDArray[np.uint8]]:
    """Return the five pictures that networks are asked about, by name.

    Chelsea is cut out as in the tutorial of 2022, 299 x 299 pixels; the others are whole.

    Examples
    --------
    >>> [(name, picture.shape[:2]) for name, picture in pictures().items()][:2]
    [('chelsea', (299, 299)), ('coffee', (400, 600))]
    """
    return {
        "chelsea": data.chelsea()[data.COLOUR_CROP],
        "coffee": data.coffee(),
        "rocket": data.rocket(),
        "astronaut": data.astronaut(),
        "camera": data.camera(),
    }


def logits() -> dict[str, npt.NDArray[np.float32]]:
    """Return the logits of each network at hand for `pictures`, by the name of the network.

    Where a network's weights are there, it is asked. Else its answers are those of the study
    ``NAME_answer``, if that has been recorded. A network with neither is left out, but for the
    first, whose weights are downloaded.

    Returns
    -------
    dict of str to ndarray of shape (5, 1000), float32
        In the order of `NETWORKS`.

    Raises
    ------
    UnavailableError, CacheError
        If the weights of the first cannot be had, or not be kept.
    ValueError
        If recorded answers are damaged, or not those of `pictures`.
    """
    asked, found = pictures(), {}
    for name in NETWORKS:
        if name == NETWORKS[0] or pretrained.missing(name) is None:
            found[name] = pretrained.load(name).logits(list(asked.values()))
        elif f"{name}_answer" in studies.names():
            study = studies.load(f"{name}_answer")
            rows = np.array([study.result(picture=key) for key in asked], np.float32)
            if rows.shape != (len(asked), len(pretrained.classes())):
                raise ValueError(f"study {study.name}: expected a logit a class, got {rows.shape}")
            found[name] = rows
    return found
