"""Appendix A: every call of the sources has its row, and every row says what is so.

The last column of the appendix's tables is checked against the installed TensorFlow. Where the old
name still runs, in a graph and a session of `tf.compat.v1`, it must give what the new one gives.
Where it is gone, its error is checked, and the new name is compared with what the old one did
according to its documentation.
"""

import importlib
import re
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.book.tensorflow1 import (
    BYTES,
    PICTURES,
    SHOWN,
    TABLE,
    TAPS,
    in_session,
    test_calls,
    test_programs,
    v1,
)
from tests.conftest import ROOT

PAGE = (ROOT / "book" / "tensorflow1.md").read_text(encoding="utf-8")
SOURCES = tomllib.loads(Path(__file__).with_name("seed_calls.toml").read_text(encoding="utf-8"))
MARKS = ("same", "changed", "v1", "gone")

# Where methods live, today and in TensorFlow 1. `None`: the class itself is gone.
OWNERS: dict[str, tuple[Any, Any]] = {
    "Dimension": (None, v1.Dimension),
    "Graph": (tf.Graph, v1.Graph),
    "GraphDef": (v1.GraphDef, v1.GraphDef),
    "Model": (keras.Model, None),
    "Optimizer": (keras.optimizers.Optimizer, v1.train.Optimizer),
    "Session": (None, v1.Session),
    "TarFile": (tarfile.TarFile, None),
    "Tensor": (type(tf.constant(0)), v1.Tensor),
    "tf": (tf, v1),
}


class Row(NamedTuple):
    """A row of one of the tables: the old names, the new ones, and the word for the old."""

    old: list[str]
    new: list[str]
    mark: str


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def rows() -> list[Row]:
    tables = re.findall(r"^\| then \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.M)
    lines = [line for table in tables for line in table.splitlines()]
    cells = [re.split(r"(?<!\\)\|", line.strip("|")) for line in lines]
    return [Row(names(old), names(new), mark.strip()) for old, new, mark in cells]


ROWS = rows()


def find(root: Any, path: str) -> Any:
    """Return what the dotted path leads to, or None."""
    for part in path.split("."):
        root = getattr(root, part, None)
    return root


# --- the tables ----------------------------------------------------------------------------------


def test_every_call_of_the_sources_has_a_row():
    listed = [name for row in ROWS for name in row.old]
    assert len(listed) == len(set(listed)), "a name has two rows"
    for source in SOURCES.values():
        called = source["dotted"] + source["methods"] + source.get("own", [])
        assert sorted(set(called) - set(listed)) == []


def test_every_row_is_shown_by_a_test():
    """Rows of the same meaning are in SAME; the others are named by the tests that show them."""
    assert all(hasattr(module, "shows") for module in (test_calls, test_programs))  # Both are read.
    assert sorted({name for row in ROWS for name in row.old} - {*SAME, *SHOWN}) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.old[0])
def test_the_last_column_is_right(row):
    assert row.mark in MARKS
    for name in row.old:
        owner, path = name.split(".", 1)
        today, yesterday = OWNERS.get(owner, (None, None))
        here, there = find(today, path), find(yesterday, path)
        expected = "v1" if there is not None else "gone"
        if here is not None:
            assert row.mark in ("same", "changed"), name
        else:
            assert row.mark == expected, name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.old[0])
def test_what_it_says_to_write_is_there(row):
    for code in row.new:
        path = re.match(r"[\w.]+", code)
        owner, _, rest = path.group().partition(".") if path else ("", "", "")
        if owner in ("tf", "keras"):
            assert find({"tf": tf, "keras": keras}[owner], rest) is not None, code
        elif owner in ("pretrained", "plotting"):
            assert hasattr(importlib.import_module(f"convbook.{owner}"), rest), code
        elif owner == "Network":
            assert hasattr(importlib.import_module("convbook.pretrained").Network, rest), code


@pytest.mark.parametrize(
    "name", sorted({n for source in SOURCES.values() for n in source["others"]})
)
def test_other_libraries_have_what_the_sources_take(name):
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            root = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        break
    for part in parts[cut:]:
        assert hasattr(root, part), name
        root = getattr(root, part)


# --- same: one call, in a session of TensorFlow 1 and today --------------------------------------

SAME: dict[str, Callable[[Any], Any]] = {
    "tf.zeros_initializer": lambda m: m.zeros_initializer()((2, 3)),
    "tf.initializers.constant": lambda m: m.initializers.constant(TAPS)(TAPS.shape),
    "tf.constant": lambda m: m.constant(np.asarray(Image.fromarray(BYTES))),
    "tf.ones": lambda m: m.ones((6,)),
    "tf.float32": lambda m: m.ones(3, m.float32),
    "tf.cast": lambda m: m.cast([True, False], m.float32),
    "tf.reshape": lambda m: m.reshape(PICTURES, [-1, 9 * 9 * 3]),
    "tf.expand_dims": lambda m: m.expand_dims(m.expand_dims(BYTES, 0), -1),
    "tf.one_hot": lambda m: m.one_hot([3, 1, 4], 10, 1, 0),
    "tf.equal": lambda m: m.equal([3, 1], [3, 4]),
    "tf.argmax": lambda m: m.argmax(TABLE, 1),
    "tf.reduce_sum": lambda m: m.reduce_sum(TABLE),
    "tf.matmul": lambda m: m.matmul(TABLE, TABLE.T),
    "tf.image.convert_image_dtype": lambda m: m.image.convert_image_dtype(BYTES, m.float32),
    "tf.nn.depthwise_conv2d": lambda m: m.nn.depthwise_conv2d(PICTURES, TAPS, [1] * 4, "VALID"),
    "tf.nn.separable_conv2d": lambda m: m.nn.separable_conv2d(
        PICTURES, TAPS, np.ones((1, 1, 12, 2), np.float32), [1] * 4, "SAME"
    ),
    "tf.nn.bias_add": lambda m: m.nn.bias_add(name="h", value=TABLE, bias=np.float32(range(10))),
    "tf.nn.max_pool": lambda m: m.nn.max_pool(PICTURES, [1, 3, 3, 1], [1, 3, 3, 1], "SAME"),
    "tf.nn.avg_pool": lambda m: m.nn.avg_pool(PICTURES, [1, 3, 3, 1], [1, 3, 3, 1], "SAME"),
    "tf.nn.relu": lambda m: m.nn.relu(TABLE, name="conv1"),
    "tf.nn.tanh": lambda m: m.nn.tanh(TABLE),
    "tf.sigmoid": lambda m: m.sigmoid(TABLE),
    "tf.nn.softmax": lambda m: m.nn.softmax(TABLE),
    "tf.nn.softmax_cross_entropy_with_logits": lambda m: m.nn.softmax_cross_entropy_with_logits(
        logits=TABLE, labels=np.eye(10, dtype=np.float32)[:5]
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_call_gives_the_same_numbers(name):
    yesterday, today = in_session(lambda: SAME[name](v1)), SAME[name](tf).numpy()
    assert yesterday.dtype == today.dtype
    np.testing.assert_allclose(today, yesterday, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_by_numbers_is_pooling_by_lists(kind):
    old = getattr(tf.nn, f"{kind}_pool")(PICTURES, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
    np.testing.assert_array_equal(getattr(tf.nn, f"{kind}_pool2d")(PICTURES, 3, 2, "SAME"), old)
