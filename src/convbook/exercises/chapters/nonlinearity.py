"""Exercises of the chapter on nonlinearity."""

from convbook.exercises.exercise import Part, Pencil

SLOPES = Pencil(
    "slopes",
    parts=(
        Part(
            "(a) the w that passes a gradient unchanged",
            4,
            {1: "The slope of the sigmoid at 0 is not 1.", 1 / 4: "That is the slope at w = 1."},
        ),
        Part(
            "(b) the factor",
            2**-10,
            {
                1 / 20: "Slopes multiply.",
                5: "Slopes multiply, they do not add.",
                1 / 2: "That is one of ten slopes.",
            },
            tolerance=1e-5,
        ),
        Part(
            "(c) its two values, the smaller first",
            (0, 1),
            {(-1, 1): "A ReLU never changes the sign.", (0, 10): "Slopes multiply."},
        ),
    ),
    hint="By the chain rule the slopes multiply.",
)

TWO_KERNELS = Pencil(
    "two-kernels",
    parts=(
        Part(
            "the single kernel",
            (1, 0, -1),
            {(1, 2, 1): "One of the two has a minus.", (1, -1): "It has 2 + 2 - 1 taps."},
        ),
        Part(
            "what it gives",
            (-5, 1),
            {
                (5, -1): "Cross-correlation: 1 meets the earlier value.",
                (2, 7, 6): "There is a second layer.",
            },
        ),
        Part(
            "with ReLU after each, (1, 1) first",
            (0, 1),
            {(-5, 1): "There is a ReLU at the end too.", (0, 4): "That is the other order."},
        ),
        Part(
            "with ReLU after each, (1, -1) first",
            (0, 4),
            {(-5, 1): "There is a ReLU in between too.", (0, 1): "That is the other order."},
        ),
    ),
    hint="With VALID each layer of two taps makes the signal one value shorter.",
)

EXERCISES = (SLOPES, TWO_KERNELS)
