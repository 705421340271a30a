"""A study has a name of its own and a revision, and is defined without TensorFlow."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bookbuild.studies.define import DEFINITIONS, Unit, study

IMPORT = """
import sys, types
package = types.ModuleType("bookbuild")  # without the Sphinx extension
package.__path__ = [{path!r}]
sys.modules["bookbuild"] = package
from bookbuild.studies.definitions import DEFINITIONS
assert DEFINITIONS
assert not {{"tensorflow", "keras", "numpy"}} & set(sys.modules)
"""


def test_a_study_is_defined_once() -> None:
    def twice() -> Iterator[Unit]:
        yield Unit({}, int)

    study(revision=2)(twice)
    assert DEFINITIONS["twice"].revision == 2
    with pytest.raises(ValueError, match="the study 'twice' is defined twice"):
        study(revision=1)(twice)
    del DEFINITIONS["twice"]


def test_the_revisions_are_known_without_tensorflow() -> None:
    import bookbuild

    code = IMPORT.format(path=bookbuild.__path__[0])
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
