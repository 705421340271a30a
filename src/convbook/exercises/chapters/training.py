"""Exercises of the chapter on training."""

from convbook.exercises.exercise import Part, Pencil

RATE = Pencil(
    "rate",
    parts=(
        Part(
            "the rate above which it diverges",
            2 / 25,
            {1 / 25: "There the steep axis is done in a step.", 2: "The steep axis decides."},
            tolerance=1e-4,
        ),
        Part(
            "the best rate",
            2 / 26,
            {
                1 / 25: "Then the other axis shrinks by 24/25 only.",
                1: "There the steep axis diverges.",
            },
            tolerance=1e-4,
        ),
        Part(
            "the factor by which the slowest axis shrinks at each step",
            24 / 26,
            {24 / 25: "That is at a rate of 1/25.", 2 / 26: "That is the rate."},
            tolerance=1e-3,
        ),
    ),
)

EXERCISES = (RATE,)
