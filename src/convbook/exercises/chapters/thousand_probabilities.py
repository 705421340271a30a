"""Exercises of the chapter on a thousand probabilities."""

from math import exp

from convbook.exercises.exercise import Part, Pencil

TWO_CLASSES = Pencil(
    "two-classes",
    parts=(
        Part(
            "the larger probability at T = 1, to two decimals",
            1 / (1 + exp(-2)),
            {1 / (1 + exp(-1)): "That is at T = 2.", 1.0: "Logits are no probabilities."},
            tolerance=0.01,
        ),
        Part(
            "the larger probability at T = 2, to two decimals",
            1 / (1 + exp(-1)),
            {
                1 / (1 + exp(-2)): "That is at T = 1.",
                1 / (1 + exp(-4)): "The temperature divides the logits.",
            },
            tolerance=0.01,
        ),
        Part(
            "the limit of the effective number of classes",
            2,
            {1: "With growing T both become equally probable.", 1000: "All others do not matter."},
        ),
    ),
)

EXERCISES = (TWO_CLASSES,)
