"""A recipe says what is wrong with it, and equal recipes are one recipe."""

import dataclasses
import json

import numpy as np
import pytest

from convbook import models
from convbook.training import Recipe, recipes


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (ValueError, "network: expected one of lenet, .*, got 'alexnet'", {"network": "alexnet"}),
        (ValueError, "epochs: expected an integer of at least 1, got 0", {"epochs": 0}),
        (TypeError, "epochs: expected an integer, got 1.5", {"epochs": 1.5}),
        (ValueError, "batch_size: expected an integer of at least 1, got -1", {"batch_size": -1}),
        (ValueError, "optimizer: expected one of adam, .*, got 'lion'", {"optimizer": "lion"}),
        (ValueError, "learning_rate: expected a number above 0, got 0", {"learning_rate": 0}),
        (ValueError, "learning_rate: expected a finite number", {"learning_rate": float("nan")}),
        (ValueError, "schedule: expected one of constant, cosine", {"schedule": "step"}),
        (ValueError, "warmup: expected a share from 0 to below 1, got 1", {"warmup": 1}),
        (ValueError, "momentum: expected a share from 0 to below 1", {"momentum": -0.1}),
        (ValueError, "shift: expected at most 27, got 28", {"shift": 28}),
        (ValueError, "seed: expected an integer of at least 0, got -1", {"seed": -1}),
        (ValueError, "seed: expected at most 2147483647", {"seed": 2**31}),
        (ValueError, "precision: expected one of float32, .*'float16'", {"precision": "float16"}),
        (ValueError, "held_out: expected an integer of at least 0, got -5", {"held_out": -5}),
        (ValueError, "dataset: expected one of mnist, fashion_mnist", {"dataset": "cifar"}),
        (TypeError, "flip: expected True or False, got 1", {"flip": 1}),
        (TypeError, "options: expected a mapping, got 3", {"options": 3}),
        (ValueError, "options: expected no seed", {"options": {"seed": 1}}),
        (TypeError, "options: expected what JSON can hold", {"options": {"padding": {1, 2}}}),
        (TypeError, "a recipe has no epoch", {"epoch": 3}),
    ],
)
def test_a_wrong_recipe_is_refused_by_the_name_of_what_is_wrong(error, message, change):
    with pytest.raises(error, match=message):
        Recipe("lenet").but(**change)


def test_equal_recipes_have_one_text_and_one_hash():
    plain = Recipe("small_convnet", {"widths": [8]}, epochs=2, learning_rate=1.0)
    same = Recipe("small_convnet", {"widths": (8,)}, epochs=np.int64(2), learning_rate=1)
    assert plain == same
    assert plain.as_json() == same.as_json()
    assert len({plain, same, plain.but(seed=1)}) == 2


@pytest.mark.parametrize("field", dataclasses.fields(Recipe), ids=lambda field: field.name)
def test_every_attribute_is_in_the_text(field):
    other = {
        "network": "mlp", "options": {"padding": "VALID"}, "optimizer": "sgd", "warmup": 0.5,
        "schedule": "cosine", "precision": "mixed_bfloat16", "momentum": 0.5, "learning_rate": 0.5,
        "dataset": "fashion_mnist", "flip": True,
    }.get(field.name, 7)  # fmt: skip
    assert Recipe("lenet").as_json() != Recipe("lenet").but(**{field.name: other}).as_json()


def test_a_recipe_for_digits_has_the_text_that_its_network_was_cached_under():
    text = Recipe("lenet").as_json()
    assert "dataset" not in text
    assert "flip" not in text
    garments = Recipe("lenet", dataset="fashion_mnist", flip=True)
    assert Recipe(**json.loads(garments.as_json())) == garments


def test_a_recipe_keeps_options_of_its_own():
    widths = [8, 8]
    recipe = Recipe("small_convnet", {"widths": widths})
    widths.append(8)
    assert recipe.options == {"widths": [8, 8]}
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 2


@pytest.mark.parametrize("name", recipes.BOOK)
def test_the_book_s_recipes_build_and_look_at_the_test_set_only(name):
    recipe = recipes.BOOK[name]
    # A temperature is fitted on what this one holds out.
    assert recipe.evaluated == ("held-out" if name == "mini_inception_garments" else "test")
    assert models.build(recipe.network, **recipe.options, seed=recipe.seed).count_params() > 0
