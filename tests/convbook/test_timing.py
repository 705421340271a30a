"""Times, on a clock that the test turns by hand."""

from collections.abc import Callable, Iterator

import pytest

from convbook import timing
from convbook.timing import by_turns, measure, ratio, reach


class Clock:
    """A clock that moves when a call says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def call(self, *durations: float) -> Callable[[], None]:
        """Return a call that takes the given seconds, the last of them for ever after."""

        def taken() -> Iterator[float]:
            yield from durations
            while True:
                yield durations[-1]

        steps = taken()

        def call() -> None:
            self.now += next(steps)

        return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "perf_counter", lambda: clock.now)
    return clock


def test_the_first_call_does_not_count(clock: Clock) -> None:
    slow_start = clock.call(50.0, 2.0)
    assert measure(slow_start, repeats=3, at_least=1) == (2.0, 2.0, 0.0, 3)


def test_one_slow_reading_moves_neither_median_nor_least(clock: Clock) -> None:
    disturbed = clock.call(1.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0)
    taken = measure(disturbed, repeats=5, at_least=1)
    assert (taken.median, taken.least, taken.spread) == (1.0, 1.0, 0.0)


def test_the_spread_is_the_distance_of_the_quartiles(clock: Clock) -> None:
    varied = clock.call(9.0, 9.0, 4.0, 8.0, 10.0, 12.0, 20.0)
    taken = measure(varied, repeats=5, at_least=1)
    assert (taken.median, taken.least) == (10.0, 4.0)
    assert taken.spread == pytest.approx((12 - 8) / 10)


def test_a_single_reading_has_no_spread(clock: Clock) -> None:
    assert measure(clock.call(3.0), repeats=1) == (3.0, 3.0, 0.0, 1)


def test_short_calls_are_repeated_until_all_readings_are_long_enough(clock: Clock) -> None:
    taken = measure(clock.call(0.001), repeats=4, at_least=2.0)
    assert taken.median == pytest.approx(0.001)
    assert 2.0 <= taken.calls * 0.001 < 2.5


def test_calls_that_the_clock_cannot_see_are_repeated_until_it_can(clock: Clock) -> None:
    # A clock of coarse steps: it moves at every 64th call.
    count = 0

    def call() -> None:
        nonlocal count
        count += 1
        clock.now += 0.5 * (count % 64 == 0)

    taken = measure(call, repeats=2, at_least=4.0)
    assert taken.calls >= 2 * 4 * 64 * 0.8
    assert taken.median == pytest.approx(0.5 / 64, rel=0.15)


def test_calls_take_turns(clock: Clock) -> None:
    order = []
    step = clock.call(1.0)

    def named(name: str) -> Callable[[], None]:
        def call() -> None:
            order.append(name)
            step()

        return call

    by_turns({"a": named("a"), "b": named("b")}, repeats=3, at_least=1)
    assert "".join(order).endswith("ababab")


def test_what_slows_the_machine_slows_all_that_take_turns(clock: Clock) -> None:
    load = iter([1] * 8 + [3] * 40)

    def work(seconds: float) -> Callable[[], None]:
        def call() -> None:
            clock.now += seconds * next(load)

        return call

    both = by_turns({"one": work(1.0), "two": work(2.0)}, repeats=9, at_least=1)
    assert both["two"].median / both["one"].median == pytest.approx(2)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"repeats": 0}, ValueError, "repeats: expected an integer of at least 1, got 0"),
        ({"repeats": 2.5}, TypeError, "repeats: expected an integer, got 2.5"),
        ({"at_least": 0}, ValueError, "at_least: expected a number above 0, got 0"),
        ({"at_least": float("nan")}, ValueError, "at_least: expected a finite number, got nan"),
    ],
)
def test_wrong_arguments_are_named(options: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        measure(lambda: None, **options)


def test_what_cannot_be_called_is_named() -> None:
    with pytest.raises(TypeError, match="expected what can be called, got 3 for 'three'"):
        by_turns({"three": 3})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="expected at least one, got none"):
        by_turns({})


def test_an_error_of_the_call_is_the_caller_s() -> None:
    with pytest.raises(ZeroDivisionError):
        measure(lambda: 1 / 0)


def test_readings_reach_from_the_shortest_to_about_the_upper_quartile(clock: Clock) -> None:
    varied = clock.call(9.0, 9.0, 4.0, 8.0, 10.0, 12.0, 20.0)
    taken = measure(varied, repeats=5, at_least=1)
    assert reach(taken._asdict()) == pytest.approx((4, 12))


def test_a_ratio_ranges_over_least_median_and_spread() -> None:
    slow = {"least": 8.0, "median": 9.0, "spread": 0.1}
    fast = {"least": 2.0, "median": 3.0, "spread": 0.3}
    assert ratio(slow, fast) == pytest.approx((4, 3 * 0.8, 4))
    assert ratio(fast, slow) == pytest.approx((1 / 4, 1 / 4, 1 / 3 * 1.2))


def test_without_spread_a_ratio_has_no_range() -> None:
    steady = {"least": 6.0, "median": 6.0, "spread": 0.0}
    assert ratio(steady, {"least": 2.0, "median": 2.0, "spread": 0.0}) == (3, 3, 3)
