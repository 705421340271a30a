"""The networks that the book trains, each with the ``REVISION`` that its weights are kept under."""
