"""PyTorch's legacy format: tensors come out, and nothing that a file names is ever run."""

import io
import pickle

import numpy as np
import pytest

from convbook.pretrained import _pickle
from tests.convbook.pretrained import fakes


def read(content):
    return _pickle.read(io.BytesIO(content))


def tensors(rng):
    return {
        "conv.weight": rng.normal(size=(4, 3, 2, 2)).astype(np.float32),
        "conv.bias": rng.normal(size=4).astype(np.float32),
        "conv.num_batches_tracked": np.int64(12),
    }


def test_tensors_come_back_with_their_names_types_and_order(rng):
    written = tensors(rng)
    found = read(fakes.legacy(written))
    assert list(found) == list(written)
    for name, array in written.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == np.asarray(array).dtype


def test_strides_and_offset_are_those_of_the_file(rng):
    stored = rng.normal(size=(2, 3, 4)).astype(np.float32)
    # What a transposed view of this storage is written as, from its second number on.
    view = fakes.tensor(stored, "1").replace(
        fakes.op(0) + fakes.op((2, 3, 4)) + fakes.op((12, 4, 1)),
        fakes.op(1) + fakes.op((3, 2)) + fakes.op((4, 12)),
    )
    table = b"\x80\x02" + fakes.DICT + b"(" + fakes.op("w") + view + b"u."
    content = fakes.head() + table + pickle.dumps(["1"], 2) + (24).to_bytes(8, "little")
    found = read(content + stored.tobytes())
    np.testing.assert_array_equal(found["w"], stored[:, :, 1].T)


def hostile(marker):
    """Return three pickles that touch a file if an ordinary unpickler loads them."""
    command = fakes.op(f"open({str(marker)!r}, 'w').close()")
    return {
        "reduce": b"\x80\x02cbuiltins\nexec\n" + command + b"\x85R.",
        "instance": b"\x80\x02(" + command + b"ibuiltins\nexec\n.",
        "stack": b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93" + command + b"\x85R.",
    }


@pytest.mark.parametrize("how", ["reduce", "instance", "stack"])
@pytest.mark.parametrize("place", range(5))
def test_a_hostile_pickle_is_refused_wherever_it_stands(tmp_path, how, place):
    marker = tmp_path / "ran"
    bad = hostile(marker)[how]
    table = b"\x80\x02" + fakes.DICT + b"."
    parts = [pickle.dumps(part, 2) for part in (_pickle.MAGIC, 1001, {"little_endian": True})]
    parts += [table, pickle.dumps([], 2)]
    assert read(b"".join(parts)) == {}
    parts[place] = bad
    with pytest.raises(pickle.UnpicklingError, match=r"refused a pickle that names builtins\.exec"):
        read(b"".join(parts))
    assert not marker.exists()
    pickle.loads(bad)  # An ordinary unpickler runs it: the test can fail.
    assert marker.exists()


@pytest.mark.parametrize(
    "named",
    ["torch.load", "torch.HalfStorage", "torch._utils._rebuild_tensor", "collections.deque",
     "os.system", "collections.OrderedDict.fromkeys", "builtins.getattr", "numpy.ndarray"],
)  # fmt: skip
def test_only_four_names_are_allowed(named):
    module, _, name = named.rpartition(".")
    if named.count(".") == 2 and module.startswith("collections"):
        module, name = "collections", "OrderedDict.fromkeys"
    parts = b"\x80\x04" + b"".join(b"\x8c" + bytes([len(p)]) + p.encode() for p in (module, name))
    with pytest.raises(pickle.UnpicklingError, match=f"names {module}.{name}$"):
        read(fakes.head() + parts + b"\x93.")
    assert len(_pickle.ALLOWED) == 4


def test_a_storage_cannot_be_called_and_a_tensor_needs_one():
    for table in (
        b"ctorch\nFloatStorage\n)R.",
        b"ctorch._utils\n_rebuild_tensor_v2\n)R.",
        fakes.op({"w": 1}) + b".",
        fakes.op(("module", 1, 2, 3, 4, 5)) + b"Q.",
    ):
        with pytest.raises(pickle.UnpicklingError, match=r"legacy format|refused a reference"):
            read(fakes.head() + b"\x80\x02" + table)


@pytest.mark.parametrize("share", [0, 0.02, 0.2, 0.6, 0.9, 0.999])
def test_a_cut_file_is_refused(rng, share):
    content = fakes.legacy(tensors(rng))
    with pytest.raises(pickle.UnpicklingError, match=r"legacy format|truncated|exhausted"):
        read(content[: int(share * len(content))])


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"\0" * 40, b"\x89HDF\r\n", pickle.dumps(3)])
def test_another_format_is_refused(content):
    with pytest.raises(pickle.UnpicklingError):
        read(content)


@pytest.mark.parametrize("offset", [1, -1, 10**30])
def test_a_view_that_leaves_its_storage_is_refused(rng, offset):
    content = fakes.legacy({"w": rng.normal(size=(3, 5)).astype(np.float32)})
    place = fakes.op((3, 5)) + fakes.op((5, 1))
    assert read(content)["w"].shape == (3, 5)
    moved = content.replace(fakes.op(0) + place, fakes.op(offset) + place)
    with pytest.raises(pickle.UnpicklingError, match="legacy format"):
        read(moved)


def test_a_storage_of_another_length_is_refused(rng):
    content = fakes.legacy({"w": np.zeros(6, np.float32)})
    cut = content.replace((6).to_bytes(8, "little"), (-1).to_bytes(8, "little", signed=True))
    with pytest.raises(pickle.UnpicklingError, match="expected 6 numbers, got -1"):
        read(cut)
