"""Seals: when a script must run again."""

import json
import zipfile
from pathlib import Path

import pytest

from bookbuild.gallery import catalogue
from convbook import pretrained

MISSING = {"inception_v3": "it cannot be reached", "efficientnet_lite0": None}


def sealed(folder: Path, *, pretrained: bool) -> Path:
    """Return a script's copy in the gallery, sealed as if it had run."""
    target = folder / "gallery" / "09_topic" / "plot_a.py"
    catalogue.announce(target, "now", tensorflow=True, pretrained=pretrained)
    target.write_text("pass", encoding="utf-8")
    target.with_name("plot_a.py.md5").write_text("0", encoding="ascii")
    catalogue.write_json(target.with_suffix(".results.json"), {"figure": {"alt": "A figure."}})
    with zipfile.ZipFile(target.with_suffix(".zip"), "w"):
        pass
    catalogue.seal(target)
    return target


@pytest.mark.parametrize("needed", [True, False])
def test_a_script_runs_again_when_weights_have_come(
    needed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "missing", MISSING.get)
    target = sealed(tmp_path, pretrained=needed)
    assert catalogue.reason_to_run(target, "now", catalogue.weights_at_hand()) is None
    monkeypatch.setattr(pretrained, "missing", lambda name: None)
    reason = catalogue.reason_to_run(target, "now", catalogue.weights_at_hand())
    assert reason == ("weights" if needed else None)


def test_a_seal_that_is_no_object_does_not_hold(tmp_path: Path) -> None:
    target = sealed(tmp_path, pretrained=False)
    seal = target.with_suffix(".seal.json")
    seal.write_text(json.dumps(["now"]), encoding="utf-8")
    assert catalogue.reason_to_run(target, "now", []) == "damaged"
