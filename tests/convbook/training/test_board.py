"""TensorBoard finds loss and accuracy of both sets of pictures, and the graph."""

import numpy as np
import pytest
import tensorflow as tf

from convbook.training import train
from tests.convbook.training.helpers import TINY


def scalars(folder):
    """Return the scalars of a run, by name and step, and the names of the nodes of its graph."""
    found, nodes = {}, set()
    for file in sorted(folder.iterdir()):
        for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            if event.graph_def:
                graph = tf.compat.v1.GraphDef.FromString(event.graph_def)
                nodes |= {node.name for node in graph.node}
            for value in event.summary.value:
                found[value.tag, event.step] = float(tf.make_ndarray(value.tensor))
    return found, nodes


def expected(history, first):
    """Return the scalars that a history gives, from the two columns that begin with `first`."""
    return {
        (name, step): pytest.approx(epoch[first + i], rel=1e-6)
        for step, epoch in enumerate(history, 1)
        for i, name in enumerate(("loss", "accuracy"))
    }


def test_the_logs_hold_loss_and_accuracy_of_both_sets_and_the_graph(dataset, tmp_path):
    trained = train(TINY, dataset, logs=tmp_path / "logs")
    found, nodes = scalars(tmp_path / "logs" / "train")
    assert found == expected(trained.history, 0)
    assert any("fc1" in name for name in nodes)
    assert any("logits" in name for name in nodes)
    assert scalars(tmp_path / "logs" / "test") == (expected(trained.history, 2), set())


def test_a_network_from_the_cache_has_logs_too(dataset, tmp_path):
    first = train(TINY, dataset)
    again = train(TINY, dataset, logs=tmp_path / "logs")
    assert again.found == TINY.epochs
    assert scalars(tmp_path / "logs" / "train")[0] == expected(first.history, 0)
    assert scalars(tmp_path / "logs" / "test")[0] == expected(first.history, 2)


def test_held_out_pictures_are_not_called_test_pictures(dataset, tmp_path):
    trained = train(TINY.but(held_out=50), dataset, logs=tmp_path / "logs")
    assert sorted(folder.name for folder in (tmp_path / "logs").iterdir()) == ["held-out", "train"]
    assert scalars(tmp_path / "logs" / "held-out")[0] == expected(trained.history, 2)
    assert np.isfinite(trained.losses).all()
