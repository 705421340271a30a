"""What a cell prints, in one piece."""

from __future__ import annotations

from copy import copy
from typing import Any

from myst_nb.core.utils import coalesce_streams


def join_streams(outputs: list[Any]) -> list[Any]:
    r"""Return a cell's outputs with all that it printed in the place of the first piece.

    The kernel sends what was printed every now and then, wherever it is then in a line. myst-nb
    ends the line there when it joins the pieces, so that a line may break in one build and not in
    the next.

    Parameters
    ----------
    outputs : list of nbformat.NotebookNode
        The outputs as the kernel sent them. They are not changed.

    Examples
    --------
    >>> piece = {"output_type": "stream", "name": "stdout"}
    >>> made = join_streams([{**piece, "text": "(21, 21)"}, {**piece, "text": " True\n"}])
    >>> [one["text"] for one in made]
    ['(21, 21) True\n']
    """
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in map(copy, outputs):
        if output["output_type"] != "stream":
            joined.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output
            joined.append(output)
    whole: list[Any] = coalesce_streams(joined)
    return whole
