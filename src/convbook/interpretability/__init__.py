"""What a trained network has learned, and what it looks at.

Every method takes a Keras model with one NHWC input of any size and one output of logits, and
images prepared as that network takes them. A model that ends in a softmax is refused: near a
probability of 1 the gradient of a softmax is close to 0, and it mixes the evidence for one class
with the evidence against all others.

All arrays that come back are float32, also from a network in mixed precision. No method has
randomness beyond its `seed`.

An argument of another type than its description says raises a TypeError, and a value that the
description does not allow a ValueError: a shape that the model does not take, an empty array, NaN
or infinity, an unknown layer or word, a class or a pixel out of range. Numbers of steps, samples
and pixels are at least 1; weights, shifts and seeds at least 0.
"""

from convbook.interpretability.attribution import (
    integrated_gradients,
    saliency,
    smooth_gradient,
)
from convbook.interpretability.inspection import confusion_matrix, feature_maps
from convbook.interpretability.regions import grad_cam, occlusion
from convbook.interpretability.synthesis import (
    Maximized,
    activation_maximization,
    adversarial,
)

__all__ = [
    "Maximized",
    "activation_maximization",
    "adversarial",
    "confusion_matrix",
    "feature_maps",
    "grad_cam",
    "integrated_gradients",
    "occlusion",
    "saliency",
    "smooth_gradient",
]
