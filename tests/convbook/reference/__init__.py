"""Tests of convbook.reference: property tests against TensorFlow, and tables of bad input."""
