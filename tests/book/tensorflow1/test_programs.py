"""What takes several calls: cutting and reading graphs, and the programs behind the texts."""

import importlib.util
import io
import tarfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.book.tensorflow1 import PICTURES, TAPS, shows, v1

# --- graphs cut and read -------------------------------------------------------------------------


def frozen() -> bytes:
    """Return a small graph of TensorFlow 1 as the bytes of its file: input, convolved, output."""
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 9, 9, 3], name="input")
        y = tf.nn.conv2d(x, TAPS, 1, "VALID", name="convolved")
        tf.nn.relu(y, name="output")
    return graph.as_graph_def().SerializeToString()


@shows("tf.graph_util.extract_sub_graph", "tf.import_graph_def", "Graph.get_tensor_by_name")
@shows("Graph.as_graph_def", "GraphDef.SerializeToString", "GraphDef.FromString")
def test_a_cut_of_a_graph_is_a_cut_of_a_model():
    definition = v1.GraphDef.FromString(frozen())
    cut = v1.graph_util.extract_sub_graph(definition, ["convolved"])
    assert "output" in {node.name for node in definition.node}
    assert "output" not in {node.name for node in cut.node}
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(cut, name="inception")
        x, y = (graph.get_tensor_by_name(f"inception/{n}:0") for n in ("input", "convolved"))
        with v1.Session(graph=graph) as session:
            yesterday = session.run(y, feed_dict={x: PICTURES})

    inputs = keras.Input((9, 9, 3))
    convolved = keras.layers.Conv2D(4, 3, use_bias=False, name="convolved")
    model = keras.Model(inputs, keras.layers.ReLU(name="output")(convolved(inputs)))
    convolved.set_weights([TAPS])
    head = keras.Model(model.input, model.get_layer("convolved").output)
    assert "output" not in [layer.name for layer in head.layers]
    np.testing.assert_allclose(head(PICTURES), yesterday, rtol=1e-5, atol=1e-5)

    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(PICTURES), model(PICTURES))

    wrapped = v1.wrap_function(lambda: tf.import_graph_def(cut, name=""), [])
    ends = [wrapped.graph.get_tensor_by_name(f"{name}:0") for name in ("input", "convolved")]
    np.testing.assert_allclose(wrapped.prune(*ends)(tf.constant(PICTURES)), yesterday, atol=1e-5)


@shows("inception.get_inception_model", "inception.prepare_training_img", "gr_disp.show")
@shows("inception.training_img_to_display", "gr_disp.show_graph")
def test_modules_that_came_with_a_tutorial_are_not_to_be_had():
    for name in ("inception", "gr_disp"):
        assert importlib.util.find_spec(name) is None


@shows("TarFile.extractall")
@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="filters are new in Python 3.11.4")
def test_an_archive_stays_in_its_folder(tmp_path):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar, pytest.raises(tarfile.OutsideDestinationError):
        tar.extractall(tmp_path / "folder", filter="data")
    assert not (tmp_path / "outside").exists()


# --- the programs behind the texts ---------------------------------------------------------------


@shows("tf.data.Iterator.from_structure")
def test_a_loop_over_a_data_set_is_what_an_iterator_was():
    def pictures():
        return tf.data.Dataset.from_tensor_slices(PICTURES).batch(1)

    with tf.Graph().as_default(), v1.Session() as session:
        iterator = v1.data.Iterator.from_structure(tf.float32, [None, 9, 9, 3])
        start, batch = iterator.make_initializer(pictures()), iterator.get_next()
        session.run(start)
        yesterday = [session.run(batch) for _ in PICTURES]
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(batch)
    np.testing.assert_array_equal([batch.numpy() for batch in pictures()], yesterday)


@shows("tf.train.Saver")
def test_a_checkpoint_of_a_saver_fits_into_a_layer(tmp_path):
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("conv1"):
            w = v1.get_variable("kernel", initializer=TAPS)
        session.run(v1.global_variables_initializer())
        saved = v1.train.Saver().save(session, str(tmp_path / "old"))
        yesterday = session.run(tf.nn.conv2d(PICTURES, w, 1, "VALID"))
    assert tf.train.list_variables(saved) == [("conv1/kernel", [3, 3, 3, 4])]
    layer = keras.layers.Conv2D(4, 3, use_bias=False)
    layer.build(PICTURES.shape)
    layer.set_weights([tf.train.load_variable(saved, "conv1/kernel")])
    np.testing.assert_allclose(layer(PICTURES), yesterday, rtol=1e-5, atol=1e-5)

    variable = tf.Variable(TAPS)
    path = tf.train.Checkpoint(kernel=variable).save(str(tmp_path / "new"))
    variable.assign(tf.zeros_like(variable))
    tf.train.Checkpoint(kernel=variable).restore(path)
    np.testing.assert_array_equal(variable, TAPS)


def scalars(folder):
    """Return the scalars of the only event file of a folder, by tag and step."""
    (file,) = folder.iterdir()
    found = {}
    for event in v1.train.summary_iterator(str(file)):
        for value in event.summary.value:
            number = (
                value.simple_value
                if value.HasField("simple_value")
                else (float(tf.make_ndarray(value.tensor)))
            )
            found[value.tag, event.step] = number
    return found


@shows("tf.summary.scalar", "tf.summary.merge_all", "tf.summary.FileWriter")
def test_summaries_take_a_step_and_need_no_merging(tmp_path):
    with tf.Graph().as_default(), v1.Session() as session:
        v1.summary.scalar("loss", tf.constant(0.5))
        with v1.summary.FileWriter(str(tmp_path / "old")) as writer:
            writer.add_summary(session.run(v1.summary.merge_all()), global_step=3)
    with tf.summary.create_file_writer(str(tmp_path / "new")).as_default():
        tf.summary.scalar("loss", 0.5, step=3)
    assert scalars(tmp_path / "old") == scalars(tmp_path / "new") == {("loss", 3): 0.5}
