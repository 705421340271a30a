"""Exercises of the chapter on small networks."""

from convbook.exercises.exercise import Part, Pencil

QUANTIZE_BY_HAND = Pencil(
    "quantize-by-hand",
    parts=(
        Part(
            "the scale of the map",
            0.02,
            {
                5.1 / 256: "From -128 to 127 there are 255 steps.",
                5.1 / 127: "Without a sign, both halves of int8 are free.",
            },
            tolerance=1e-5,
        ),
        Part(
            "its zero point",
            -128,
            {0: "The smallest value, 0, becomes the smallest number.", 127: "That is 5.1."},
        ),
        Part("what 2.0 becomes", -28, {100: "Add the zero point.", 28: "It has a minus."}),
        Part(
            "the scale of the weights",
            0.005,
            {
                0.935 / 255: "With a zero point of 0 the range is symmetric.",
                0.635 / 128: "The largest weight becomes 127.",
            },
            tolerance=1e-6,
        ),
        Part(
            "their whole numbers",
            (127, -60, 1),
            {(127, -60, 0): "0.8 is rounded up.", (127, 60, 1): "One of them is negative."},
        ),
        Part(
            "the largest error",
            0.001,
            {
                0.0025: "That is half a step, the most that can happen.",
                0.2: "That is in steps.",
            },
            tolerance=1e-6,
        ),
    ),
    hint="The scale is the range over the number of steps, and int8 goes from -128 to 127.",
)

ACCUMULATOR = Pencil(
    "accumulator",
    parts=(
        Part(
            "the products that always fit",
            (2**31 - 1) // (255 * 127),
            {
                2**32 // (255 * 127): "One of the 32 bits is the sign.",
                (2**31 - 1) // (127 * 127): "An input less its zero point goes up to 255.",
            },
        ),
        Part(
            "the input channels from which a 3 by 3 kernel has more",
            7368,
            {
                7367: "That is the last number with which all fit.",
                66_312: "Each channel takes nine products.",
            },
        ),
        Part(
            "the products that always fit into 16 bits",
            1,
            {2: "Two may be 64,770, and the largest is 32,767.", 0: "One is at most 32,385."},
        ),
    ),
)

EXERCISES = (QUANTIZE_BY_HAND, ACCUMULATOR)
