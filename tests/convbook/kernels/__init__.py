"""Tests of convbook.kernels, against TensorFlow and by hand."""
