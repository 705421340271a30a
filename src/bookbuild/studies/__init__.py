"""Experiments too long for every build: how they are defined and run, and the experiments."""
