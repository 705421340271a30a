"""Checks that the layers share. TensorFlow misses some of these errors, and dies of others."""

from convbook import arithmetic

PADDINGS = ("same", "valid")


def slid(
    name: str, sizes: tuple[int, ...], window: tuple[int, ...], stride: int, padding: str
) -> tuple[int, ...]:
    """Return the output's height and width, or say that the window `name` does not fit.

    TensorFlow returns garbage for a VALID kernel larger than its input, and a pooling window
    larger than its input ends the process.
    """
    if padding == "VALID" and any(k > n for k, n in zip(window, sizes, strict=True)):
        raise ValueError(
            f"{name}: expected at most {sizes[0]} x {sizes[1]}, what it slides over "
            f"with padding VALID, got {window[0]} x {window[1]}"
        )
    return tuple(
        arithmetic.output_size(n, k, stride, padding=padding)
        for n, k in zip(sizes, window, strict=True)
    )
