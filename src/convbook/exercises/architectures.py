"""Exercises of the chapter on architectures."""

from convbook.exercises.exercise import Part, Pencil

SIZES = Pencil(
    "architectures-sizes",
    parts=(
        Part(
            "the sides for which the convolution uses every pixel, smallest first",
            (223, 227, 231, 235, 239),
            {
                (220, 224, 228, 232, 236, 240): "The stride divides n - 11, not n.",
                (220, 231): "Windows are 4 pixels apart, not 11.",
            },
        ),
        Part(
            "the side for which all three poolings are whole as well",
            227,
            {
                235: "Its first pooling is whole, its second is not.",
                224: "The convolution leaves pixels over.",
            },
        ),
    ),
)

BUDGET = Pencil(
    "budget",
    parts=(
        Part(
            "the largest R",
            25,
            {
                26: "That is above the budget: the reduction costs something, too.",
                27: "That is above the budget.",
                24: "There is room for more.",
            },
        ),
        Part(
            "how many weights are saved",
            25 * 192 * 192 - 26 * 25 * 192,
            {
                26 * 25 * 192: "So many are left.",
                25 * 192 * 192 - 25 * 25 * 192: "The reduction has weights, too.",
                25 * 192 * 192: "So many it had.",
            },
        ),
    ),
)

EXERCISES = (SIZES, BUDGET)
