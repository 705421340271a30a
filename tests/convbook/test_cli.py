"""The command line: a table for one network, a line each for the book's, and errors in one line."""

import io
import re
import subprocess
import sys
from types import MappingProxyType

import pytest

import convbook
from convbook import _machine, cli, models, pretrained, quantization
from convbook.data import CacheError, ChecksumError, DownloadError
from convbook.training import device, networks, recipes
from convbook.training.recipe import OPTIMIZERS, PRECISIONS, SCHEDULES
from tests.conftest import ROOT
from tests.convbook.training.helpers import TINY, patterns

BOOK = tuple(recipes.BOOK)
SMALL = ["train", "mlp", "--batch-size", "50", "--quiet"]


@pytest.fixture(autouse=True)
def _small(tmp_path, monkeypatch):
    """Patterns instead of MNIST, an empty cache, and a book of two small recipes."""
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(networks, "mnist", patterns)
    book = {"mlp": TINY, "mlp_other": TINY.but(seed=1, held_out=50)}
    monkeypatch.setattr(recipes, "BOOK", MappingProxyType(book))
    monkeypatch.setattr(pretrained, "fetch", fetch)


def fetch(name):
    """Find the one network and not the other, as a machine does that reaches an index alone."""
    if name == "inception_v3":
        raise pretrained.UnavailableError("the weights cannot be had: no answer")


def run(capsys, *arguments):
    """Return the exit status and what was written to standard output and standard error."""
    capsys.readouterr()
    try:
        status = cli.main(list(arguments))
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return status, said.out, said.err


def test_the_table_has_a_line_an_epoch_and_says_where_and_how(capsys):
    status, out, err = run(capsys, *SMALL, "--epochs", "3")
    assert (status, err) == (0, "")
    table, facts = (part.splitlines() for part in out.split("\n\n"))
    assert " ".join(table[0].split()) == "epoch loss accuracy test loss test accuracy seconds"
    assert len({len(line) for line in table}) == 1, "the columns are aligned"
    trained = networks.train(TINY.but(epochs=3))
    for number, (line, epoch) in enumerate(zip(table[1:], trained.history, strict=True), 1):
        cells = [float(cell) for cell in line.split()]
        assert cells[0] == number
        assert cells[1:5] == [float(f"{value:.4f}") for value in epoch[:4]]
    assert dict(line.split(maxsplit=1) for line in facts) == {
        "network": "mlp", "parameters": f"{trained.model.count_params():,}",
        "precision": "float32", "device": _machine.device(), "machine": _machine.machine(),
        "origin": "trained now",
    }  # fmt: skip


def test_the_second_time_it_is_loaded_and_says_so(capsys):
    first = run(capsys, *SMALL)[1]
    status, again, err = run(capsys, *SMALL)
    assert (status, err) == (0, "")
    assert again == first.replace("trained now", "loaded from the cache")


def test_options_change_the_recipe_of_the_book(capsys, monkeypatch):
    trained = []
    monkeypatch.setattr(cli, "_train", lambda recipe, _: trained.append(recipe))
    monkeypatch.setattr(cli, "_table", lambda *_: "")
    run(capsys, "train", "mlp")
    run(capsys, "train", "mlp_other", "--optimizer", "sgd", "--learning-rate", "0.5", "--shift",
        "1", "--schedule", "cosine", "--seed", "3", "--precision", "mixed_bfloat16")  # fmt: skip
    run(capsys, "train", "lenet5", "--epochs", "2", "--precision", "auto", "--held-out", "7")
    assert trained[0] == TINY
    assert trained[1] == TINY.but(
        optimizer="sgd", learning_rate=0.5, shift=1, schedule="cosine", seed=3, held_out=50,
        precision="mixed_bfloat16",
    )  # fmt: skip
    assert (trained[2].network, trained[2].epochs, trained[2].held_out) == ("lenet5", 2, 7)
    assert trained[2].precision == device.fastest_precision()


def test_held_out_pictures_head_the_columns(capsys):
    assert "held-out accuracy" in run(capsys, *SMALL, "--held-out", "50")[1]


def test_logs_and_checkpoint_go_where_they_are_told_to(capsys, tmp_path):
    files = ["--logs", str(tmp_path / "logs"), "--checkpoint", str(tmp_path / "state.npz")]
    assert "origin      trained now\n" in run(capsys, *SMALL, "--epochs", "1", *files)[1]
    assert sorted(folder.name for folder in (tmp_path / "logs").iterdir()) == ["test", "train"]
    again = run(capsys, *SMALL, "--epochs", "1", *files)[1]
    assert f"origin      loaded from {tmp_path / 'state.npz'}\n" in again


def test_the_book_is_a_line_each_and_found_the_second_time(capsys):
    for origin in ("trained now", "loaded from the cache"):
        status, out, err = run(capsys, "train", "--book", "--quiet")
        assert (status, err) == (0, "")
        first, second, *fetched, last = out.splitlines()
        assert first.startswith("mlp          2 epochs  test accuracy 0.")
        assert second.startswith("mlp_other    2 epochs  held-out accuracy 0.")
        assert first.endswith(origin)
        assert second.endswith(origin)
        assert fetched == [
            "inception_v3  not there: the weights cannot be had: no answer",
            "efficientnet_lite0  ImageNet weights, in the cache",
        ]
        assert last.startswith("All 2 networks are there after ")


def test_a_network_whose_garments_cannot_be_had_is_left_out_of_the_book(capsys, monkeypatch):
    monkeypatch.setattr(networks, "fashion_mnist", failing(DownloadError("no source gives it")))
    book = {"mlp": TINY, "garments": TINY.but(dataset="fashion_mnist")}
    monkeypatch.setattr(recipes, "BOOK", MappingProxyType(book))
    status, out, err = run(capsys, "train", "--book", "--quiet")
    assert (status, err) == (0, "")
    assert "\ngarments  not there: no source gives it\n" in out
    assert out.splitlines()[-1].startswith("1 of 2 networks are there after ")


def test_the_book_needs_one_pretrained_network(capsys, monkeypatch):
    def nothing(name):
        raise pretrained.UnavailableError(f"no weights of {name}: no index")

    monkeypatch.setattr(pretrained, "fetch", nothing)
    status, out, err = run(capsys, "train", "--book", "--quiet")
    assert (status, err) == (1, "error: no weights of efficientnet_lite0: no index\n")
    assert "inception_v3  not there: no weights of inception_v3: no index\n" in out


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("kind", "sign"), [(Terminal, "━━"), (io.StringIO, "Epoch 2/2")])
def test_progress_is_a_bar_in_a_terminal_a_line_elsewhere_and_not_in_the_output(
    kind, sign, capsys, monkeypatch
):
    shown = kind()
    monkeypatch.setattr(sys, "stderr", shown)
    assert cli.main(SMALL[:-1]) == 0
    assert sign in shown.getvalue()
    assert "Epoch" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["train"], "train: expected either the name of a network or --book"),
        (["train", "mlp", "--book"], "train: expected either the name of a network or --book"),
        (["train", "--book", "--held-out", "9"], "train: --book takes no --held-out"),
        (["train", "--book", "--logs", "x"], "train: --book takes no --logs"),
        (["train", "alexnet"], "no network 'alexnet'; those that are: lenet, lenet5, "),
        ([*SMALL, "--epochs", "0"], "epochs: expected an integer of at least 1, got 0"),
        ([*SMALL, "--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
        ([*SMALL, "--learning-rate", "nan"], "learning_rate: expected a finite number, got nan"),
        ([*SMALL, "--optimizer", "lion"], "optimizer: expected one of adam, sgd, adagrad"),
        (
            [*SMALL, "--precision", "float16"],
            "precision: expected one of float32, mixed_bfloat16, auto, got",
        ),
        ([*SMALL, "--held-out", "300"], "held_out: expected below 300, got 300"),
        ([*SMALL, "--batch-size", "301"], "batch_size: expected at most 300, got 301"),
        ([*SMALL, "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_a_wrong_command_is_refused_in_one_line(arguments, message, capsys, tmp_path):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1
    assert not list((tmp_path / "cache").glob("**/*")), "it leaves nothing in the cache"


def failing(error):
    def instead():
        raise error

    return instead


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DownloadError("no source gives MNIST"), "no source gives MNIST"),
        (CacheError("cannot write in x: No space left"), "cannot write in x: No space left"),
        (ChecksumError("train-images: expected a, got b"), "train-images: expected a, got b"),
    ],
)
def test_without_the_right_mnist_it_says_why(error, message, capsys, monkeypatch):
    monkeypatch.setattr(networks, "mnist", failing(error))
    assert run(capsys, *SMALL) == (1, "", f"error: {message}\n")


def test_a_lost_loss_is_named_with_its_step(capsys):
    status, out, err = run(capsys, *SMALL, "--optimizer", "sgd", "--learning-rate", "1e30")
    assert (status, out) == (1, "")
    assert re.search(r"the loss is (nan|inf) at step \d of epoch 1; nothing was learned yet", err)
    assert err.count("\n") == 1


def test_another_checkpoint_is_refused(capsys, tmp_path):
    file = tmp_path / "state.npz"
    file.write_bytes(b"no checkpoint")
    status, _, err = run(capsys, *SMALL, "--checkpoint", str(file))
    assert status == 1
    assert err.startswith(f"error: {file} is damaged, or no checkpoint: ")


@pytest.mark.parametrize("what", ["cache", "logs"])
def test_a_folder_that_cannot_be_written_is_named(what, capsys, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / ("file" if what == "cache" else "cache")))
    arguments = ["--logs", str(tmp_path / "file")] if what == "logs" else []
    status, out, err = run(capsys, *SMALL, *arguments)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: cannot write in {tmp_path / 'file'}")
    assert err.count("\n") == 1


def test_help_and_version_come_without_tensorflow(capsys):
    status, out, _ = run(capsys, "train", "--help")
    assert status == 0
    assert cli.RECIPES == BOOK
    for word in (*OPTIMIZERS, *SCHEDULES, *PRECISIONS, *models.NAMES, *BOOK, "CONVBOOK_CACHE"):
        assert word in out
    code = (
        "import sys; from convbook import cli\n"
        "try: cli.main(['--version'])\n"
        "except SystemExit as end: print(end.code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"convbook {convbook.__version__}\n0 False\n"


def test_the_module_is_a_command_and_its_error_is_one_line():
    done = subprocess.run(
        [sys.executable, "-m", "convbook", "train", "alexnet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: no network 'alexnet'; those that are: lenet, ")
    assert done.stderr.count("\n") == 1


def test_a_full_standard_output_is_one_line():
    code = (
        "import sys; from convbook import cli; from convbook.training import networks\n"
        "from tests.convbook.training.helpers import patterns\n"
        "networks.mnist = patterns\n"
        f"sys.exit(cli.main({[*SMALL, '--epochs', '1']!r}))"
    )
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stdout=full, stderr=-1, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: [Errno 28] No space left on device"
    assert "Traceback" not in done.stderr


def test_a_network_is_exported_as_a_file(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "export", lambda name, kind: f"{name} {kind}".encode())
    file = tmp_path / "mlp.tflite"
    status, out, err = run(capsys, "export", "mlp", str(file), "--kind", "int8 weights")
    assert (status, err) == (0, "")
    assert out == f"{file}: mlp, int8 weights, 16 bytes\n"
    assert file.read_bytes() == b"mlp int8 weights"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resnet"], "name: expected one of mlp, mlp_other, efficientnet_lite0, got 'resnet'"),
        (["mlp", "--kind", "int4"], "kind: expected one of float32, float16, int8 weights, int8"),
    ],
)
def test_what_cannot_be_exported_is_one_line(capsys, tmp_path, arguments, message):
    name, *options = arguments
    file = tmp_path / "mlp.tflite"
    status, out, err = run(capsys, "export", name, str(file), *options)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1
    assert not file.exists()
