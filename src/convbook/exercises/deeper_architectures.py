"""Exercises of the chapter on architectures from ResNet on."""

from convbook.exercises.exercise import Part, Pencil

JOINING = Pencil(
    "joining",
    parts=(
        Part(
            "the weights of the six 3 by 3 convolutions",
            6 * 9 * 128 * 32,
            {
                9 * 128 * 32: "That is one of the six.",
                6 * 128 * 32: "A kernel has nine taps.",
            },
        ),
        Part(
            "the weights of the six 1 by 1 convolutions",
            128 * sum(range(64, 225, 32)),
            {
                6 * 128 * 64: "Each layer reads what the ones before it have joined, too.",
                128 * sum(range(64, 257, 32)): "The last of them reads 224 maps.",
            },
        ),
    ),
)

EXERCISES = (JOINING,)
