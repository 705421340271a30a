"""Exercises of the chapter on pooling."""

from convbook.exercises.exercise import Part, Pencil

POOL_BY_HAND = Pencil(
    "pool-by-hand",
    parts=(
        Part(
            "the maximum with stride 3",
            (4, 9),
            {
                (4, 4, 5, 9): "That is with stride 1.",
                (3, 1): "Those are first values, not largest.",
            },
        ),
        Part(
            "the maximum with stride 1",
            (4, 4, 5, 9),
            {(4, 9): "That is with stride 3.", (3, 4, 4, 5, 9, 9): "That is SAME."},
        ),
        Part(
            "what the inputs receive through the maximum with stride 3",
            (0, 0, 1, 0, 0, 1),
            {
                (0, 0, 4, 0, 0, 9): "The gradient is 1, whatever the value.",
                (1, 1, 1, 1, 1, 1): "Only the largest value of a window gets the gradient.",
            },
        ),
        Part(
            "what the inputs receive through the maximum with stride 1",
            (0, 0, 2, 0, 1, 1),
            {
                (0, 0, 1, 0, 1, 1): "The 4 wins in two windows, and collects from both.",
                (0, 0, 1, 0, 0, 1): "That is with stride 3.",
            },
        ),
        Part(
            "what the inputs receive through the average with stride 1, in thirds",
            (1, 2, 3, 3, 2, 1),
            {
                (1, 1, 1, 1, 1, 1): "That is with stride 3.",
                (3, 3, 3, 3, 3, 3): "A value at the end lies in fewer windows.",
            },
        ),
    ),
    hint="In how many windows does each value lie, and in which of them is it the largest?",
)

POOLING_SIZES = Pencil(
    "pooling-sizes",
    parts=(
        Part(
            "rows and columns at the end with SAME",
            (25, 19),
            {(25, 18): "SAME rounds up, twice.", (50, 38): "The pooling has a stride as well."},
        ),
        Part(
            "rows and columns at the end with VALID",
            (23, 17),
            {
                (24, 18): "The pooling window of 3 must fit.",
                (48, 36): "That is before the pooling.",
            },
        ),
        Part(
            "the first row that no window of the VALID layer sees, counted from 0",
            97,
            {
                96: "That is the last row that is seen.",
                98: "Follow the last pooling window, not the last window of the kernel.",
                99: "Follow the last pooling window, not the last window of the kernel.",
            },
        ),
    ),
)

EXERCISES = (POOL_BY_HAND, POOLING_SIZES)
