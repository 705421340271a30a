"""Tests of convbook.interpretability, by networks whose answers are known on paper."""
