"""Prepare the device that computes, and find the precision in which it trains fastest."""

from contextlib import suppress

import tensorflow as tf

from convbook import _machine

# Words of /proc/cpuinfo, a set for each kind of processor that is faster in bfloat16. Measured, the
# time of a product of matrices in bfloat16 as a share of that in float32: 0.6 on an AMD EPYC with
# AVX-512's instructions for it, 1.9 on an Intel Xeon that has these and no AMX.
_BFLOAT16 = ({"amx_bf16"}, {"avx512_bf16", "AuthenticAMD"})


def prepare() -> None:
    """Make every operation deterministic, and let processes share a GPU's memory.

    Determinism costs two hundredths of the time. Without it two runs differ in their last bits, and
    after a few hundred steps in the digits that they get wrong.
    """
    tf.config.experimental.enable_op_determinism()
    for gpu in tf.config.list_physical_devices("GPU"):
        # Once TensorFlow has computed, it is too late: the memory is taken.
        with suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)


def fastest_precision() -> str:
    """Return the precision in which this device trains a large network fastest.

    Returns
    -------
    {"float32", "mixed_bfloat16"}
        bfloat16 on processors that are known to be faster in it, and on GPUs with tensor cores that
        take it (compute capability 8.0 and above), float32 elsewhere.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        has_it = details.get("compute_capability", (0, 0)) >= (8, 0)
    elif _machine.CPUINFO.is_file():
        words = set(_machine.CPUINFO.read_text(encoding="utf-8", errors="replace").split())
        has_it = any(kind <= words for kind in _BFLOAT16)
    else:
        has_it = False
    return "mixed_bfloat16" if has_it else "float32"
