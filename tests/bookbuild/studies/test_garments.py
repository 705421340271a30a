"""The trainings on garments: whose pictures they see."""

import numpy as np

from bookbuild.studies import garments


def test_the_judges_are_the_last_pictures_and_no_training_sees_them(places):
    (x, _), (judges, labels) = garments.few(1000)
    assert np.array_equal(places(x), np.arange(1000))
    assert np.array_equal(places(judges), np.arange(2000, 4000))
    assert np.array_equal(labels, places(judges) % 10)
