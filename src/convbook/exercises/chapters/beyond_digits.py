"""Exercises of the chapter beyond digits."""

from convbook.exercises.exercise import Part, Pencil

RESIDUAL_PARAMETERS = Pencil(
    "residual-parameters",
    parts=(
        Part(
            "the parameters of the block",
            32_832,
            {
                32_256: "The three normalizations have numbers, too.",
                31_488: "The shortcut has a convolution, and a normalization of its own.",
                32_544: "A normalization has four numbers for each map, two of them not trained.",
                43_200: "The first convolution reads 24 maps.",
            },
        ),
    ),
)

EXERCISES = (RESIDUAL_PARAMETERS,)
