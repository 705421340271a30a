"""Ways to compute a layer are timed only if they give the same."""

import pytest

from bookbuild.studies import variants
from convbook import reference


def test_ways_that_disagree_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "conv2d_fft", lambda x, w: reference.conv2d_im2col(x, w[::-1]))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        variants.six_ways()
