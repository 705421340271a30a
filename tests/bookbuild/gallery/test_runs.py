"""Which scripts run, and what is trained before they do."""

import sys
from types import SimpleNamespace

import pytest

from bookbuild.gallery import catalogue, runs, scraper
from convbook import pretrained
from tests.bookbuild.conftest import Book, ran

MISSING = {"inception_v3": "it cannot be reached", "efficientnet_lite0": None}


def load(book: Book, script: str, module: str) -> None:
    """Let a script import a module that it does not use."""
    book.edit(book.script(script), "plotting, results", f"{module}, plotting, results")


def test_scripts_that_load_weights_run_again_when_weights_have_come(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TRAIN", ("-c", "pass"))
    monkeypatch.setattr(pretrained, "missing", MISSING.get)
    load(book, "alpha", "pretrained")
    book.build()
    monkeypatch.setattr(pretrained, "missing", lambda name: None)
    assert ran(book.build()) == "1 of 2 scripts run: plot_alpha (changed)"


def test_weights_that_come_in_a_build_count_in_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_hand: dict[str, None] = {}
    monkeypatch.setattr(pretrained, "missing", lambda name: at_hand.get(name, "not fetched yet"))
    monkeypatch.setattr(runs, "_train_networks", lambda: at_hand.update(efficientnet_lite0=None))
    load(book, "alpha", "pretrained")
    book.build()
    assert "efficientnet_lite0" in at_hand
    assert book.build().startswith("Nothing has changed")
    book.append(book.root / "conf" / "css" / "page.css", "/* edited */\n")
    assert ran(book.build()) == "0 of 2 scripts run: -"


def test_networks_are_trained_before_a_script_that_loads_them(
    book: Book, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs, "TRAIN", ("-c", "print('training now')"))
    load(book, "alpha", "training")
    printed = book.build()
    assert "the networks are there" in printed
    assert printed.index("the networks are there") < printed.index("plot_alpha.py")
    assert capfd.readouterr().out == "training now\n"

    book.append(book.script("beta"), "\n# edited\n")  # which loads none
    assert ran(book.build()) == "1 of 2 scripts run: plot_beta (changed)"
    assert capfd.readouterr().out == ""


def test_a_training_that_fails_fails_every_build(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TRAIN", ("-c", "import sys; sys.exit(3)"))
    load(book, "alpha", "training")
    for _ in range(2):
        printed = book.build(passes=False)
        assert "error: the networks are not trained: 'python -c" in printed
        assert "ended with 3" in printed
        assert "Traceback" not in printed
    assert not book.site.exists()


def test_the_command_that_trains_is_one_that_the_package_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from convbook import cli

    trained = []
    monkeypatch.setattr(cli, "_train_book", trained.append)
    assert runs.TRAIN[:2] == ("-m", "convbook")
    assert cli.main(list(runs.TRAIN[2:])) == 0
    assert len(trained) == 1


def test_two_scripts_of_one_name_are_refused(book: Book) -> None:
    other = book.script("alpha").parents[1] / "other"
    other.mkdir()
    (other / "plot_alpha.py").write_text("pass", encoding="utf-8")
    assert "two scripts are named plot_alpha.py" in book.build(passes=False)


def test_a_script_that_is_not_python_is_refused(book: Book) -> None:
    book.append(book.script("alpha"), "\ndef\n")
    assert "plot_alpha.py is not Python" in book.build(passes=False)


def test_tensorflow_is_seeded_for_scripts_that_use_it_alone(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    utils = SimpleNamespace(set_random_seed=seeds.append, clear_session=lambda: None)
    experimental = SimpleNamespace(enable_op_determinism=lambda: None)
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(utils=utils))
    tensorflow = SimpleNamespace(config=SimpleNamespace(experimental=experimental))
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    for name, uses in (("alpha", True), ("beta", False)):
        target = catalogue.target_of(book.root / "book", book.script(name))
        content = {"fingerprint": "0", "tensorflow": uses}
        catalogue.write_json(catalogue.fingerprint_file(target), content)
        scraper.reset({"src_dir": book.root / "book"}, f"plot_{name}.py")
    assert seeds == [scraper.SEED]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("plotting.describe(", "str("), "plot_alpha.py gives no alt text"),
        (("plt.show()", 'fig.text(0.9, 0.5, "Far too long a line")\nplt.show()'),
         "cuts off 'Far too long a line'"),
        (("plt.show()", "plt.figure()\nplt.show()"), "makes a second figure"),
        (('"alpha.value"', '"beta.value"'), "its names begin with 'alpha.'"),
    ],
)  # fmt: skip
def test_a_figure_that_breaks_the_rules_is_refused(
    book: Book, edit: tuple[str, str], message: str
) -> None:
    book.edit(book.script("alpha"), *edit)
    assert message in book.build(passes=False)
