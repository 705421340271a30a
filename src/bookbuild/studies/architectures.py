"""The work of the study `layer_tables`: what every architecture is made of."""

from typing import Any

import keras

from convbook import models
from convbook.models import tables

NETWORKS = ("lenet5", *models.IMAGENET)


def layers_of(name: str) -> dict[str, Any]:
    """Return the layers of one of `NETWORKS` and its edges, as JSON holds them.

    Each layer has the fields of `convbook.models.tables.Row`, and ``trained``, how many of its
    parameters are trained. Nothing is computed and no weight is made: within a stateless scope
    Keras only notes which variables a layer would have. VGG-16 is built in a second, and takes no
    half of a gigabyte.
    """
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name)
        rows = tables.layer_table(model)
        edges = tables.graph(model).edges
        trained = {
            layer.name: sum(weight.shape.num_elements() for weight in layer.trainable_weights)
            for layer in model.layers
        }
    return {
        "rows": [{**row._asdict(), "trained": trained[row.name]} for row in rows],
        "edges": edges,
    }
