"""Convolution in TensorFlow: the package behind the book.

The names of the modules are the contents: ``from convbook import arithmetic, kernels, data,
reference``. Importing ``convbook`` itself imports none of them, so it costs neither NumPy nor
TensorFlow.
"""

__all__ = ["__version__"]

__version__: str
"""Version of the installed distribution, read when it is first asked for."""


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Imported here because importlib.metadata costs more than the rest of this import.
    from importlib.metadata import version

    return version("convbook")
