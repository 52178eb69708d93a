"""How a process shares its threads out: no address has more than its part of them, and what is no request is answered too."""

import threading
import time
from collections.abc import Iterator

import pytest

from servicenet.pace import Pace, turns
from servicenet.server import Threads


class Channel:
    """What the server hands to a thread: a request of somebody, which is worked on until it is let go."""

    def __init__(
        self, address: str, path: str | None = "/api/v1/", headers: dict[str, str] | None = None
    ) -> None:
        request = type("Request", (), {"headers": headers or {}})()
        if path:
            request.path = path
        self.addr, self.requests = (address, 1), [request]
        self.began, self.over = threading.Event(), threading.Event()

    def service(self) -> None:
        self.began.set()
        self.over.wait(30)

    def cancel(self) -> None:
        self.over.set()


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(Pace(0), at_once=2)
    threads.set_thread_count(4)
    yield threads
    threads.shutdown(timeout=1)


def given(threads: Threads, *channels: Channel) -> tuple[Channel, ...]:
    for channel in channels:
        threads.add_task(channel)
    return channels


def test_one_address_leaves_threads_to_the_others_and_its_own_wait_in_line(threads):
    greedy = given(threads, *(Channel("192.0.2.1") for _n in range(20)))
    other, healthz = given(threads, Channel("192.0.2.2"), Channel("192.0.2.1", "/healthz"))
    assert other.began.wait(10) and healthz.began.wait(10)
    assert greedy[0].began.wait(10) and greedy[1].began.wait(10)
    assert not greedy[2].began.wait(0.2)
    for before, after in zip(greedy, greedy[2:], strict=False):
        before.over.set()
        assert after.began.wait(10)
    for channel in (*greedy, other, healthz):
        channel.over.set()
    end = time.monotonic() + 10
    while threads._turns and time.monotonic() < end:
        time.sleep(0.01)
    again = given(
        threads, Channel("192.0.2.1"), Channel("192.0.2.1")
    )  # nothing is left of those that are done
    assert all(channel.began.wait(10) for channel in again)
    for channel in again:
        channel.over.set()


def test_a_made_up_key_is_no_second_address(threads):
    keys = [{}, {"X_API_KEY": "a"}, {"X_API_KEY": "b"}, {"AUTHORIZATION": "Api-Key c"}]
    channels = given(threads, *(Channel("192.0.2.1", headers=key) for key in keys))
    assert channels[0].began.wait(10) and channels[1].began.wait(10)
    assert not channels[2].began.wait(0.2) and not channels[3].began.is_set()
    for channel in channels:
        channel.over.set()


def test_what_is_no_request_is_given_to_a_thread_that_says_so(threads):
    (channel,) = given(threads, Channel("192.0.2.1", path=None))
    assert channel.began.wait(10)
    channel.over.set()


def test_half_of_the_threads_but_never_none(settings):
    settings.CPU_SECONDS = 10
    assert [turns(number) for number in (1, 2, 4, 8)] == [1, 1, 2, 4]
    settings.CPU_SECONDS = 0
    assert turns(4) == 4
