"""The precision in which a network trains fastest depends on the processor."""

import pytest

from convbook import _machine
from convbook.training import device


@pytest.mark.parametrize(
    ("processor", "precision"),
    [
        ("vendor_id : AuthenticAMD\nflags : avx2 avx512_bf16\n", "mixed_bfloat16"),
        ("vendor_id : AuthenticAMD\nflags : avx2\n", "float32"),
        ("vendor_id : GenuineIntel\nflags : avx2 avx512_bf16\n", "float32"),
        ("vendor_id : GenuineIntel\nflags : avx2 avx512_bf16 amx_bf16\n", "mixed_bfloat16"),
        (None, "float32"),
    ],
)
def test_a_processor_computes_in_bfloat16_where_it_is_faster(
    processor, precision, tmp_path, monkeypatch
):
    monkeypatch.setattr(device.tf.config, "list_physical_devices", lambda kind: [])
    file = tmp_path / "cpuinfo"
    if processor is not None:
        file.write_text(processor, encoding="utf-8")
    monkeypatch.setattr(_machine, "CPUINFO", file)
    assert device.fastest_precision() == precision
