"""The exercises that have a check: a module for each chapter, with its ``EXERCISES``."""
