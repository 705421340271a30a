"""What is trained: determined by the recipe and nothing else, and kept."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf

from convbook import models
from convbook.training import (
    DivergedError,
    Recipe,
    distributed,
    evaluate,
    load,
    loop,
    networks,
    predict,
    recipes,
    store,
    train,
)
from convbook.training.batches import batches, split
from convbook.training.recipe import OPTIMIZERS
from convbook.training.worker import KINDS
from tests.convbook.training.helpers import DROPOUT, SHIFTED, TINY, patterns, weights


@pytest.mark.parametrize("recipe", [DROPOUT.but(epochs=2), SHIFTED], ids=["dropout", "shifted"])
def test_a_recipe_gives_the_same_weights_in_two_caches_and_another_seed_others(
    recipe, dataset, tmp_path, monkeypatch
):
    trained = []
    for name, seed in (("one", 0), ("two", 0), ("three", 1)):
        monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / name))
        trained.append(train(recipe.but(seed=seed), dataset))
    first, second, other = trained
    assert [each.found for each in trained] == [0, 0, 0]
    assert weights(first) == weights(second)
    assert np.array_equal(first.losses, second.losses)
    assert weights(first) != weights(other)


def test_what_is_loaded_is_what_was_trained(dataset, monkeypatch):
    recipe = DROPOUT.but(epochs=2)
    first = train(recipe, dataset)
    monkeypatch.setattr(loop, "fit", lambda *_: pytest.fail("it trains again"))
    again = train(recipe, dataset)
    assert (first.found, again.found) == (0, 2)
    assert weights(first) == weights(again)
    assert again.history == first.history
    assert (again.recipe, again.key) == (first.recipe, first.key)
    assert (again.device, again.machine) == (first.device, first.machine)
    images = dataset[1][0]
    assert np.array_equal(predict(first.model, images), predict(again.model, images))
    assert again.accuracy == evaluate(again.model, dataset[1])[1] > 0.9


def test_a_network_in_a_cache_that_cannot_be_written_is_loaded(dataset, monkeypatch):
    train(TINY, dataset)
    monkeypatch.setattr(networks._files, "locked", lambda *_: pytest.fail("it takes the lock"))
    assert train(TINY, dataset).found == TINY.epochs


def test_random_numbers_of_others_are_left_alone(dataset):
    def draw():
        return [random.random(), np.random.random(), float(keras.random.uniform(()))]  # noqa: NPY002

    keras.utils.set_random_seed(7)
    expected = draw()
    keras.utils.set_random_seed(7)
    policy = keras.config.dtype_policy().name
    train(SHIFTED.but(precision="mixed_bfloat16"), dataset)
    assert draw() == expected
    assert keras.config.dtype_policy().name == policy


def test_mixed_precision_computes_in_bfloat16_and_keeps_float32(dataset):
    trained = train(DROPOUT.but(precision="mixed_bfloat16"), dataset)
    assert {str(variable.dtype) for variable in trained.model.trainable_variables} == {"float32"}
    assert trained.model.get_layer("conv1").compute_dtype == "bfloat16"
    assert predict(trained.model, dataset[1][0]).dtype == np.float32
    assert trained.losses[-1] < trained.losses[0] / 2
    assert trained.accuracy > 0.9


def test_pictures_are_held_out_and_nothing_looks_at_the_test_set(dataset, tmp_path, monkeypatch):
    learn, (images, labels) = dataset
    poisoned = (255 - images, ((labels + 5) % 10).astype(np.uint8))
    recipe = TINY.but(held_out=60)
    trained = []
    for name, test in (("good", (images, labels)), ("poisoned", poisoned)):
        monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / name))
        trained.append(train(recipe, (learn, test)))
    good, other = trained
    assert [epoch[:4] for epoch in good.history] == [epoch[:4] for epoch in other.history]
    assert weights(good) == weights(other)
    assert good.history[-1][2:4] == evaluate(good.model, split(recipe, dataset)[1])


@pytest.mark.parametrize("epochs", [1, 2])
def test_the_loss_of_each_step_is_that_of_its_batch(epochs, dataset):
    # So low a rate that the weights stay what they are.
    recipe = TINY.but(epochs=epochs, learning_rate=1e-20, optimizer="sgd", shift=1)
    trained = train(recipe, dataset)
    model = models.build("mlp", **recipe.options, seed=recipe.seed)
    expected, right = [], []
    for pictures, labels in batches(recipe, dataset[0]).as_numpy_iterator():
        logits = np.asarray(model(pictures), np.float64)
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        expected.append(-log_softmax[np.arange(len(labels)), labels].mean())
        right.append((logits.argmax(axis=1) == labels).mean())
    assert trained.losses.shape == (6 * epochs,)
    np.testing.assert_allclose(trained.losses, expected, rtol=1e-5)
    assert trained.history[-1].loss == pytest.approx(np.mean(expected[-6:]), rel=1e-5)
    assert trained.history[-1].accuracy == pytest.approx(np.mean(right[-6:]))


def test_the_first_step_of_sgd_goes_against_the_gradient(dataset):
    recipe = TINY.but(epochs=1, batch_size=300, optimizer="sgd", momentum=0.5, learning_rate=0.1)
    trained = train(recipe, dataset)
    model = models.build("mlp", **recipe.options, seed=0)
    ((pictures, labels),) = batches(recipe, dataset[0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(pictures))
        )
    variables = [variable.value for variable in model.trainable_variables]
    for after, before, slope in zip(
        trained.model.trainable_variables, variables, tape.gradient(loss, variables), strict=True
    ):  # Nesterov's first step is 1 + momentum as long.
        np.testing.assert_allclose(after, before - 0.1 * 1.5 * slope, atol=1e-6)


@pytest.mark.parametrize("warmup", [0.0, 0.2])
def test_the_cosine_schedule_is_its_formula(warmup):
    recipe = Recipe("mlp", epochs=5, schedule="cosine", learning_rate=0.4, warmup=warmup)
    rule = loop.optimizer(recipe, 10)
    rise = round(50 * warmup)
    for step in range(51):
        rule.iterations.assign(step)
        if step < rise:
            expected = 0.4 * step / rise
        else:
            expected = 0.2 * (1 + np.cos(np.pi * (step - rise) / (50 - rise)))
        assert float(rule.learning_rate) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_constant_schedule_stays(name):
    rule = loop.optimizer(Recipe("mlp", optimizer=name, learning_rate=0.25), 10)
    rule.iterations.assign(9)
    assert type(rule).__name__.lower() == name
    assert float(rule.learning_rate) == 0.25


def test_a_loss_that_is_lost_stops_at_a_named_step(dataset, cache):
    with pytest.raises(DivergedError, match=r"the loss is (nan|inf) at step \d of epoch 1; no"):
        train(TINY.but(learning_rate=1e30, optimizer="sgd", epochs=5), dataset)
    assert not list(cache.glob("networks/*/trained.npz"))


def spoil(model):
    model.get_layer("logits").kernel.assign(tf.fill(model.get_layer("logits").kernel.shape, np.inf))


def test_the_last_good_checkpoint_is_kept_when_the_loss_is_lost(
    dataset, cache, monkeypatch, capsys
):
    recipe, build, save, models_built = TINY.but(epochs=4), loop.build, store.save, []

    def building(recipe):
        models_built.append(build(recipe))
        return models_built[-1]

    def spoiling(file, key, recipe, progress, variables):
        save(file, key, recipe, progress, variables)
        if len(progress.history) == 2:
            spoil(models_built[-1])

    with monkeypatch.context() as patch:
        patch.setattr(loop, "build", building)
        patch.setattr(store, "save", spoiling)
        with pytest.raises(DivergedError, match="step 1 of epoch 3; the state after epoch 2 is ke"):
            train(recipe, dataset)
    capsys.readouterr()
    again = train(recipe, dataset)
    assert again.found == 2
    assert "training mlp once, epochs 3 to 4; kept in " in capsys.readouterr().err
    monkeypatch.setenv("CONVBOOK_CACHE", str(cache / "another"))
    assert weights(again) == weights(train(recipe, dataset))


def test_weights_that_the_last_step_spoilt_are_not_kept(dataset, monkeypatch):
    def spoilt(model, pair):
        spoil(model)
        return evaluate(model, pair)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "evaluate", spoilt)
        with pytest.raises(DivergedError, match="the loss is nan after step 6 of epoch 1; no"):
            train(TINY, dataset)
    assert train(TINY, dataset).found == 0


def test_the_key_follows_recipe_and_pictures():
    keys = {
        networks.key_of(TINY),
        networks.key_of(TINY.but(seed=1)),
        networks.key_of(TINY, patterns()),
    }
    ((x, y), test) = patterns()
    keys.add(networks.key_of(TINY, ((x, y[::-1]), test)))
    keys.add(networks.key_of(TINY, ((x, y.astype(np.int32)), test)))
    assert len(keys) == 5
    assert networks.key_of(TINY) == networks.key_of(TINY.but())


def test_the_key_follows_the_revisions_the_replicas_and_no_source(monkeypatch):
    def unreadable(*_):
        pytest.fail("it reads a file")

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", unreadable)
        patch.setattr("pathlib.Path.read_bytes", unreadable)
        patch.setattr("inspect.getsource", unreadable)
        keys = [networks.key_of(TINY)]
    for kind in KINDS:
        keys += [networks.key_of(TINY, replicas=distributed.Replicas(kind, n)) for n in (1, 2)]
    with monkeypatch.context() as patch:
        patch.setattr(loop, "REVISION", loop.REVISION + 1)
        keys.append(networks.key_of(TINY))
    with monkeypatch.context() as patch:
        patch.setattr("convbook.models.small.mlp.REVISION", models.revision("mlp") + 1)
        keys.append(networks.key_of(TINY))
    assert len(set(keys)) == 7


def test_a_cache_of_another_edition_is_ignored(dataset, cache, monkeypatch):
    """Edition 1 hashed its source files, so its keys differ; its folders stay where they are."""
    monkeypatch.setattr(networks, "key_of", lambda *_: "1" * 64)
    train(TINY, dataset)
    (old,) = cache.glob("networks/*/trained.npz")
    before = old.read_bytes()
    monkeypatch.undo()
    monkeypatch.setenv("CONVBOOK_CACHE", str(cache))
    assert train(TINY, dataset).found == 0
    assert old.read_bytes() == before
    (new,) = set(cache.glob("networks/*/trained.npz")) - {old}
    new.write_bytes(before)  # As if the folders' names, which are the key's beginning, agreed.
    assert train(TINY, dataset).found == 0


def test_a_recipe_names_its_pictures(cache, monkeypatch):
    (x, y), test = patterns()
    monkeypatch.setattr(networks, "mnist", patterns)
    monkeypatch.setattr(networks, "fashion_mnist", lambda: ((255 - x, y), test))
    digits, garments = (train(TINY.but(dataset=name)) for name in ("mnist", "fashion_mnist"))
    assert digits.key != garments.key
    assert not np.array_equal(digits.losses, garments.losses)


@pytest.fixture
def small_book(monkeypatch):
    monkeypatch.setattr(networks, "mnist", patterns)
    monkeypatch.setattr(recipes, "BOOK", {"small": TINY, "other": DROPOUT})


@pytest.mark.usefixtures("small_book")
def test_a_network_of_the_book_is_announced_and_trained_once(cache, capsys):
    assert load("small").found == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"training mlp once, 2 epochs; kept in {cache}")
    assert lines[1::2] == ["Epoch 1/2", "Epoch 2/2"]
    assert load("small").found == 2
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("small_book")
def test_an_unknown_name_lists_the_book_s_recipes():
    with pytest.raises(ValueError, match="name: expected one of small, other, got 'lenet5'"):
        load("lenet5")


@pytest.mark.parametrize("checkpoint", [False, True])
def test_who_keeps_the_checkpoint_himself_hears_nothing(checkpoint, dataset, tmp_path, capsys):
    """By default; and whoever asks for silence, or for the line and the bar, has them."""
    file = tmp_path / "own.npz" if checkpoint else None
    train(TINY, dataset, checkpoint=file)
    assert ("training mlp once" in capsys.readouterr().err) is not checkpoint
    train(TINY.but(seed=1), dataset, checkpoint=tmp_path / "b.npz", progress=checkpoint)
    assert ("Epoch 2/2" in capsys.readouterr().err) is checkpoint


@pytest.mark.parametrize(
    ("images", "labels", "error"),
    [
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, int), TypeError),
        (np.zeros((2, 28, 28, 1), np.uint8), np.zeros(2, int), ValueError),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, int), ValueError),
    ],
)
def test_other_pictures_are_not_evaluated(images, labels, error):
    with pytest.raises(error, match="given"):
        evaluate(models.build("mlp", **TINY.options), (images, labels))


def test_more_pictures_than_a_part_has_are_all_evaluated(rng):
    model = models.build("mlp", **TINY.options)
    images = rng.integers(0, 256, (1203, 28, 28)).astype(np.uint8)
    expected = np.asarray(model(images[..., None] / np.float32(255)))
    np.testing.assert_allclose(predict(model, images), expected, atol=1e-5)
    labels = rng.integers(0, 10, 1203)
    loss, accuracy = evaluate(model, (images, labels))
    exact = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, expected).numpy().mean()
    assert loss == pytest.approx(exact, rel=1e-5)
    assert accuracy == (expected.argmax(axis=1) == labels).mean()
