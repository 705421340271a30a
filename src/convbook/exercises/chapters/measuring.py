"""Exercises of the chapter on measuring a training."""

from convbook.exercises.exercise import Part, Pencil

SEEDS = Pencil(
    "seeds",
    parts=(
        Part(
            "how many standard errors, to one decimal",
            0.12 / (0.10 * (2 / 5) ** 0.5),
            {
                1.2: "That is in standard deviations: means of five seeds vary less.",
                2.7: "That is with the error of one mean: both have one, and their squares add.",
            },
            tolerance=0.05,
        ),
        Part(
            "how many seeds each for three standard errors",
            13,
            {
                12: "With twelve it is 2.9.",
                7: "Both means have an error, and their squares add.",
            },
        ),
    ),
)

EXERCISES = (SEEDS,)
