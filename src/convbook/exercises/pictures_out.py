"""Exercises of the chapter on networks that answer with pictures."""

from convbook.exercises.exercise import Part, Pencil

SUPPRESSION = Pencil(
    "suppression",
    parts=(
        Part(
            "the IoU of neighbours 8 pixels apart, to two decimals",
            240 / 560,
            {
                240 / 400: "Divide by the union, not by one box.",
                240 / 800: "The union counts what both share once.",
            },
            tolerance=0.005,
        ),
        Part(
            "the IoU of neighbours 16 pixels apart, to two decimals",
            80 / 720,
            {
                80 / 400: "Divide by the union, not by one box.",
                80 / 800: "The union counts what both share once.",
            },
            tolerance=0.005,
        ),
        Part(
            "the left edges of the boxes that are kept, from left to right",
            (8, 40),
            {
                (0, 16, 40): "The best of the four is the second.",
                (8,): "The fourth overlaps none of them.",
                (8, 16, 40): "The third overlaps the second by more than the limit.",
            },
        ),
        Part(
            "the same with the first two scores exchanged",
            (0, 16, 40),
            {
                (8, 40): "The best of the four is the first now.",
                (0, 40): "The second is gone, so that it suppresses no other.",
            },
        ),
    ),
)

PRICE_OF_A_PIXEL = Pencil(
    "price-of-a-pixel",
    parts=(
        Part(
            "the IoU of w = 2, found too wide",
            1 / 2,
            {2 / 3: "It is too wide on each side: by two pixels.", 1: "The union has grown."},
            tolerance=0.005,
        ),
        Part(
            "the IoU of w = 10, found too narrow, to two decimals",
            0.8,
            {10 / 12: "That is too wide.", 0.9: "It is too narrow on each side: by two pixels."},
            tolerance=0.005,
        ),
        Part(
            "the width for 0.9, found too wide",
            18,
            {20: "That is for too narrow.", 9: "It is too wide on each side: by two pixels."},
        ),
        Part(
            "the width for 0.9, found too narrow",
            20,
            {18: "That is for too wide.", 10: "It is too narrow on each side: by two pixels."},
        ),
    ),
    hint="The overlap is the narrower of the two, the union the wider.",
)

EXERCISES = (SUPPRESSION, PRICE_OF_A_PIXEL)
