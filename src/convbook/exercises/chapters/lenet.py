"""Exercises of the chapter on LeNet."""

from convbook import arithmetic
from convbook.exercises.exercise import Part, Pencil

LENET_COLOUR = Pencil(
    "lenet-colour",
    parts=(
        Part(
            "the shape before it is flattened",
            (5, 5, 6),
            {(8, 8, 6): "That is with SAME.", (7, 7, 6): "The pictures are 32 pixels wide."},
        ),
        Part(
            "the parameters of conv1",
            arithmetic.conv_parameters(5, 3, 4),
            {104: "It has three input channels.", 300: "There are four biases as well."},
        ),
        Part(
            "the parameters of conv2",
            arithmetic.conv_parameters(5, 4, 6),
            {156: "Each kernel reads four maps.", 600: "There are six biases as well."},
        ),
        Part(
            "the parameters of fc1",
            arithmetic.dense_parameters(150, 1024),
            {
                150 * 1024: "There are 1,024 biases as well.",
                295 * 1024: "The row has 150 numbers now.",
                26 * 1024: "All six maps are flattened into the row.",
            },
        ),
        Part(
            "the parameters of the logits",
            arithmetic.dense_parameters(1024, 10),
            {10_240: "There are ten biases as well.", 1510: "Between them stands fc1."},
        ),
    ),
    hint="The sides go 32, 28, 14: VALID takes four pixels, and a pooling halves.",
)

EXERCISES = (LENET_COLOUR,)
