"""The places of a graph's boxes: rows along the longest path, room for each, few crossings."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convbook.plotting._layout import layered

INCEPTION = [
    ("in", "1"), ("in", "3r"), ("3r", "3"), ("in", "5r"), ("5r", "5"), ("in", "pool"),
    ("pool", "p"), ("1", "out"), ("3", "out"), ("5", "out"), ("p", "out"),
]  # fmt: skip


def names_of(edges):
    return list(dict.fromkeys(name for edge in edges for name in edge))


def crossings(layout):
    """Return how many pairs of arrows cross between two rows."""
    segments = {(a, b) for route in layout.routes.values() for a, b in pairwise(route)}
    return sum(
        (a[0] - c[0]) * (b[0] - d[0]) < 0
        for (a, b), (c, d) in combinations(segments, 2)
        if a[1] == c[1]
    )


@st.composite
def graphs(draw):
    """Graphs without a cycle: every edge leads to a later node."""
    count = draw(st.integers(1, 9))
    pairs = list(combinations(range(count), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return [str(n) for n in range(count)], [(str(a), str(b)) for a, b in edges]


@given(graphs())
def test_rows_are_longest_paths_and_nothing_overlaps(graph):
    nodes, edges = graph
    places, routes = layered(nodes, edges)
    assert list(places) == nodes
    assert list(routes) == edges
    parents = {name: [a for a, b in edges if b == name] for name in nodes}
    for name, (_, row) in places.items():
        assert row == max((places[parent][1] + 1 for parent in parents[name]), default=0)
    for (parent, child), points in routes.items():
        assert (points[0], points[-1]) == (places[parent], places[child])
        rows = [row for _, row in points]
        assert rows == [rows[0] + step for step in range(len(rows))]
    passed = [point for points in routes.values() for point in points[1:-1]]
    for (column, row), (other, its_row) in combinations([*places.values(), *passed], 2):
        assert row != its_row or abs(column - other) >= 1 - 1e-9


def test_a_chain_is_a_straight_line():
    names = [str(n) for n in range(2_000)]  # Deeper than Python's recursion goes.
    places, _ = layered(names, list(pairwise(names)))
    assert places == {name: (0, row) for row, name in enumerate(names)}


def test_an_inception_module_has_its_branches_side_by_side():
    layout = layered(names_of(INCEPTION), INCEPTION)
    columns = {name: column for name, (column, _) in layout.places.items()}
    assert [columns[name] for name in ("1", "3", "5", "p")] == [-1.5, -0.5, 0.5, 1.5]
    assert [columns[name] for name in ("in", "3r", "5r", "pool")] == [0, -0.5, 0.5, 1.5]
    assert columns["out"] == 0
    assert crossings(layout) == 0
    # The short branch goes down its own column before it turns to the middle.
    assert layout.routes["1", "out"] == [(-1.5, 1), (-1.5, 2), (0, 3)]


def test_a_shortcut_passes_beside_what_it_skips():
    edges = [("x", "a"), ("a", "b"), ("b", "sum"), ("x", "sum")]
    layout = layered("xab", [])  # Without edges everything is in one row.
    assert {row for _, row in layout.places.values()} == {0}
    layout = layered(names_of(edges), edges)
    beside = {column for column, _ in layout.routes["x", "sum"][1:-1]}
    assert len(beside) == 1
    assert abs(beside.pop() - layout.places["a"][0]) == 1
    assert crossings(layout) == 0


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ([], [], "nodes: expected at least one"),
        (["a"], [("a", "b")], "edges: expected names of nodes, got 'b'"),
        (["a", "b"], [("a", "b"), ("b", "a")], "edges: expected no cycle, got "),
        (["a"], [("a", "a")], "edges: expected no cycle, got a -> a"),
    ],
)
def test_what_is_no_network_is_refused(nodes, edges, message):
    with pytest.raises(ValueError, match=message):
        layered(nodes, edges)
