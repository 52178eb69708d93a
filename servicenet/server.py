"""The web server: gunicorn's processes with waitress's connections.

gunicorn starts, watches, renews and stops the processes. In each of them waitress reads a request whole before a thread takes
it, and keeps what is to be sent until the client takes it; so a client that is slow or silent holds a connection, and no
thread. What waitress lets wait for ever ends here: `Deadlines`.
"""

import heapq
import itertools
import logging
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher

from .health import PROBES
from .pace import REFUSAL, Pace, a_second, turns, whom

# Waitress warns of every request that waits for a thread; the time a request takes is measured anyway.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds a client may take. `head`: to say what it wants. `body`: for all of a request. `silent`: to take the next
    piece of an answer, or to ask again. `answer`: to take an answer whole."""

    head: float = 10
    body: float = 60
    silent: float = 20
    answer: float = 900


class Watch:
    """Ends connections whose time is over. Asked by the one thread that owns the connections."""

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self._since: dict[HTTPChannel, tuple[object, float]] = {}

    def look(self, channels: Iterable[HTTPChannel], now: float) -> None:
        known, self._since = self._since, {}
        for channel in channels:
            work = self._work(channel)
            before, since = known.get(channel, (None, now))
            self._since[channel] = (work, since if before is work else now)
            if self._is_over(channel, now, now - self._since[channel][1]):
                channel.handle_close()  # at once: a mark would wait until the client takes something

    @staticmethod
    def _work(channel: HTTPChannel) -> object:
        """The request that is being answered or read, if any."""
        running = channel.requests[:1]
        return running[0] if running else channel.request

    def _is_over(self, channel: HTTPChannel, now: float, seconds: float) -> bool:
        limits = self.deadlines
        silent = now - channel.last_activity
        if channel.requests:  # being answered: only what the client does not take counts
            return bool(channel.total_outbufs_len) and (silent > limits.silent or seconds > limits.answer)
        if channel.total_outbufs_len or channel.request is None:
            return silent > limits.silent or seconds > limits.answer
        return seconds > (limits.body if channel.request.headers_finished else limits.head)


class Turn:
    """A request of one address that a thread takes; then the next one of this address may come."""

    def __init__(self, threads: "Threads", address: str, task: HTTPChannel) -> None:
        self.threads, self.address, self.task = threads, address, task

    def service(self) -> None:
        try:
            self.task.service()
        finally:
            self.threads.next_of(self.address)

    def cancel(self) -> None:
        self.task.cancel()


class Threads(ThreadedTaskDispatcher):
    """The threads that answer, and two beside them for the addresses by which balancers ask: while all others wait for a
    database or work for somebody, a process still says that it lives. Who asks too fast waits for a thread (`Pace`), and no
    address has more than `at_once` of them: what it asks beyond that waits in a line of its own, and not before the others."""

    def __init__(self, pace: Pace, at_once: int) -> None:
        super().__init__()
        self.pace, self.at_once = pace, at_once
        self._turns: Counter[str] = Counter()
        self._lines: dict[str, deque[HTTPChannel]] = {}
        self._turns_lock = threading.Lock()
        self.beside = ThreadedTaskDispatcher()
        self.beside.set_thread_count(2)
        self._waiting: list[tuple[float, int, HTTPChannel]] = []
        self._numbers = itertools.count()

    def add_task(self, task: HTTPChannel) -> None:
        client = whom(task)
        if wait := self.pace.count(client, 0 if client[1] else 1):
            heapq.heappush(self._waiting, (self.pace.clock() + wait, next(self._numbers), task))
        else:
            self._give(task)

    def release(self) -> None:
        """Give those to a thread who have waited long enough. Asked by the one thread that owns the connections."""
        now = self.pace.clock()
        while self._waiting and self._waiting[0][0] <= now:
            self._give(heapq.heappop(self._waiting)[2])

    def _give(self, task: HTTPChannel) -> None:
        if getattr(task.requests[0], "path", "") in PROBES:
            self.beside.add_task(task)
            return
        address = whom(task)[0]
        with self._turns_lock:
            if self._turns[address] >= self.at_once:
                self._lines.setdefault(address, deque()).append(task)
                return
            self._turns[address] += 1
        super().add_task(Turn(self, address, task))

    def next_of(self, address: str) -> None:
        """A thread is done with a request of this address."""
        with self._turns_lock:
            if not (line := self._lines.get(address)):
                self._turns[address] -= 1
                if not self._turns[address]:
                    del self._turns[address]
                return
            task = line.popleft()
            if not line:
                del self._lines[address]
        super().add_task(Turn(self, address, task))

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        self.beside.shutdown(cancel_pending, 0)
        return super().shutdown(cancel_pending, timeout)


class BufferingWorker(Worker):
    """A process of gunicorn's whose connections are waitress's."""

    # What one answer may have waiting for its client before the thread that makes it has to wait too.
    UNSENT = 1 << 20
    CONNECTIONS = 1_000
    # A request's first line and headers; its body.
    HEAD, BODY = 24 << 10, 32 << 20

    def run(self) -> None:
        self.threads = Threads(Pace(a_second()), turns(self.cfg.threads))
        self.threads.set_thread_count(self.cfg.threads)
        self.map: dict[int, wasyncore.dispatcher] = {}
        create_server(
            self.answer,
            map=self.map,
            _dispatcher=self.threads,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=self.CONNECTIONS,
            channel_timeout=600,  # `Watch` is stricter
            channel_request_lookahead=1,  # so that it is seen when a client leaves
            outbuf_high_watermark=self.UNSENT,
            max_request_header_size=self.HEAD,
            max_request_body_size=self.BODY,
            recv_bytes=1 << 16,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # the application reads them, by TRUSTED_PROXIES
            log_socket_errors=False,
            ident="",
        )
        watch = Watch(Deadlines())
        while self.alive and self.ppid == os.getppid():
            self.notify()
            self.turn(watch)
        self.finish(watch)

    def turn(self, watch: Watch) -> None:
        wasyncore.loop(timeout=0.5, map=self.map, use_poll=True, count=1)
        watch.look(self.channels(), time.time())
        self.threads.release()

    def channels(self) -> list[HTTPChannel]:
        return [each for each in self.map.values() if isinstance(each, HTTPChannel)]

    def answer(self, environ, start_response):
        """The application; counts, so that the process is renewed now and then, and notes who was refused."""
        self.nr += 1
        if self.nr == self.max_requests:
            self.log.info("renewing a process after %s requests", self.nr)
            self.alive = False

        def start(status: str, headers, exc_info=None):
            if status[:3] in ("401", "429"):
                channel = environ["waitress.client_disconnected"].__self__
                self.threads.pace.count(whom(channel), REFUSAL)
            return start_response(status, headers, exc_info)

        return self.wsgi(environ, start)

    def finish(self, watch: Watch) -> None:
        """Take no more connections; answer what has been asked, as long as gunicorn waits."""
        for server in [each for each in self.map.values() if isinstance(each, BaseWSGIServer)]:
            server.accepting = False
            server.del_channel(self.map)
        end = time.time() + self.cfg.graceful_timeout
        while time.time() < end and any(
            channel.requests or channel.total_outbufs_len for channel in self.channels()
        ):
            self.notify()
            self.turn(watch)
        self.threads.shutdown(timeout=1)
