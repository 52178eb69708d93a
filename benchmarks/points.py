"""What is measured, point by point, and how it is printed."""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from http.client import HTTPConnection, HTTPMessage
from statistics import median

from .databases import Databases
from .load import Load, Request, run, warm
from .server import Server, serve

BASE = "/api/v1/"


class Bench:
    """A run over databases that stand. `small` is the scale compared with, `large` the one measured."""

    def __init__(self, databases: Databases, *, rounds: int, seconds: float, workers: int) -> None:
        self.databases, self.rounds, self.seconds, self.workers = databases, rounds, seconds, workers
        self.small, self.large = databases.scales[0], databases.scales[-1]
        self.inside = databases.inside[self.large]
        say(f"database: {'PostgreSQL' if databases.postgresql else 'SQLite'}, workers: {workers}")
        for scale in databases.scales:
            size = databases.inside[scale].order("size")
            say(
                f"scale {scale}: {size['services']} services, {size['rules']} rules, index {size['index_bytes'] / 1e6:.1f} MB"
            )

    # --- 1 and 3: over HTTP -------------------------------------------------------------------------------------

    def main(self) -> None:
        """The main question against the least there is, the trivial view and the ordinary way."""
        size = self._size_of_an_answer()
        subjects = {
            "bare function": Request((f"/bare/function/?{size}",)),
            "bare Django view": Request((f"/bare/view/?{size}",)),
            "trivial view": self._request(["trivial/"]),
            "main question": self._ask("county"),
            "with filters": self._ask("filters"),
            "with states": self._ask("states"),
            "ordinary way": self._request([f"ordinary/?{query}" for query in self._queries("county")]),
            "ordinary, filtered": self._request([f"ordinary/?{query}" for query in self._queries("filters")]),
        }
        loads = self._over_http(subjects)
        heading(
            "1. main question over HTTP, exact total",
            "goal ≥ 0.60 × trivial on SQLite, ≥ 0.50 × on PostgreSQL, ≥ 20 × ordinary; "
            "≥ 0.36 × a bare function, ≥ 0.60 × a bare Django view of as many bytes",
        )
        compare(loads, "trivial view")
        for yardstick in ("bare function", "bare Django view"):
            compare({"main question": loads["main question"]}, yardstick, loads[yardstick])
        for name, ordinary in (("main question", "ordinary way"), ("with filters", "ordinary, filtered")):
            compare({name: loads[name]}, ordinary, loads[ordinary])

    def yardsticks(self) -> None:
        """Processor time per request, inside the process."""
        heading(
            "1b. processor time per request",
            "goal: q= ≥ 0.75 of the main question; another day and a number ≥ 0.2; a question in a batch ≥ 15; "
            "what a server takes is in none of these",
        )
        spent = self.inside.order("yardsticks", rounds=self.rounds, count=200)
        for name, own in spent.items():
            said = "".join(
                f"  {ratio(spent[other], own):6.2f} of {other}"
                for other in ("bare function", "bare Django view", "main question")
            )
            say(f"  {name:30}{1e6 * median(own):8.0f} µs{said}")

    def pages(self) -> None:
        """Public pages that are asked for the first time, inside the process."""
        heading("1c. processor time of a page asked first", "goal ≥ 0.5 × the API's answer, by throughput")
        spent = self.inside.order("pages", rounds=self.rounds, count=200)
        answer = spent["answer of the API"]
        for name, own in spent.items():
            say(f"  {name:30}{1e3 * median(own):8.2f} ms  {ratio(answer, own):6.2f} × the answer")

    def held(self) -> None:
        """What the client holds already, and a hundred questions in one request."""
        county = self._queries("county")
        with serve(self.databases.url(self.large), workers=self.workers) as server:
            etag = head(server.port, f"{BASE}coverage/?{county[0]}")["ETag"]
            subjects = {
                "bare function": Request((f"/bare/function/?{self._size_of_an_answer()}",)),
                "trivial view": self._request(["trivial/"]),
                "304": self._request([f"coverage/?{county[0]}"], headers=(("If-None-Match", etag),)),
                "single": self._ask("county"),
                "batch of 100": self._batch(county),
            }
            loads = self._rounds(server, subjects)
        heading(
            "3. 304 and batch",
            "goal 304 ≥ 0.9 × trivial, ≥ 0.5 × a bare function; a batch of 100 ≥ 15 × a hundred single calls",
        )
        for yardstick in ("trivial view", "bare function"):
            compare({"304": loads["304"]}, yardstick, loads[yardstick])
        hundred = [100 * load.rate for load in loads["batch of 100"]]
        singles = [load.rate for load in loads["single"]]
        of_cpu = [
            100 * single.cpu / batch.cpu
            for single, batch in zip(loads["single"], loads["batch of 100"], strict=True)
        ]
        say(
            f"  batch of 100          {median(hundred):8.0f} questions/s  {ratio(hundred, singles):6.2f} × single calls,"
            f" {median(of_cpu):.2f} × by processor time"
        )

    def _over_http(self, subjects: dict[str, Request]) -> dict[str, list[Load]]:
        with serve(self.databases.url(self.large), workers=self.workers) as server:
            return self._rounds(server, subjects)

    def _size_of_an_answer(self) -> int:
        queries = self._queries("county")
        return int(median(self.inside.order("sizes", of="county", count=min(20, len(queries)))))

    def _rounds(self, server: Server, subjects: dict[str, Request]) -> dict[str, list[Load]]:
        for request in subjects.values():
            warm(server.port, request, times=1 if "ordinary" in request.paths[0] else 2 * self.workers)
        loads: dict[str, list[Load]] = {name: [] for name in subjects}
        for _round in range(self.rounds):
            for name, request in subjects.items():
                before = server.spent()
                load = run(server.port, request, seconds=self.seconds)
                load = replace(load, cpu=(server.spent() - before) / max(1, load.answers))
                if load.errors or not load.rate:
                    raise RuntimeError(f"{name}: {load.errors} errors")
                loads[name].append(load)
        return loads

    # --- 2 and 4: inside the process ----------------------------------------------------------------------------

    def growth(self) -> None:
        """The lookup's own work at the small and at the large scale, in turns."""
        heading(f"2. growth from {self.small} to {self.large}", "goal p50 ≤ 1.5 ×, p99 ≤ 2 ×")
        for name in ("county", "filters", "states", "last page", "no hits", "province", "another day"):
            small, large = self._inside_turns(name, 20 if name == "another day" else 300)
            say(
                f"  {name:20}  p50 {1e6 * median(small[0]):8.0f} µs → {1e6 * median(large[0]):8.0f} µs  {ratio(large[0], small[0]):6.2f} ×"
                f"   p99 {1e6 * median(small[1]):8.0f} → {1e6 * median(large[1]):8.0f} µs  {ratio(large[1], small[1]):6.2f} ×"
            )
        cold = self.inside.order("cold")[0]
        size = self.inside.order("size")
        say(
            f"  a cold process answers its first question in {cold:.2f} s; memory kept {kept(size):.1f} MB of at most {size['memory_limit'] / 1e6:.0f} MB; process {size['rss'] / 1e6:.0f} MB"
        )

    def levels(self) -> None:
        """Province-level questions, partly covered with counts, against county-level ones."""
        heading("4. province (partly covered, with counts) : county", "goal ≤ 3 × at every scale")
        subjects = {name: self._ask(name) for name in ("county", "province")}
        for scale in self.databases.scales:
            with serve(self.databases.url(scale), workers=self.workers) as server:
                loads = self._rounds(server, subjects)
            province, county = [[load.rate for load in loads[name]] for name in ("province", "county")]
            say(
                f"  scale {scale}: {median(county):.0f} /s : {median(province):.0f} /s = {ratio(county, province):.2f} ×"
            )

    def _inside_turns(self, name: str, count: int) -> tuple[tuple[list, list], tuple[list, list]]:
        results = []
        processes = [self.databases.inside[scale] for scale in (self.small, self.large)]
        for process in processes:
            process.order(name, count=count)
        found = [([], []) for _process in processes]
        for _round in range(self.rounds):
            for (p50, p99), process in zip(found, processes, strict=True):
                times = process.order(name, count=count)
                p50.append(median(times))
                p99.append(times[min(len(times) - 1, int(0.99 * len(times)))])
        results = found
        return results[0], results[1]

    # --- 5 and 6: writing, and everything at once ---------------------------------------------------------------

    def writing(self) -> None:
        """One rule with its change, a list of 3,000, and reads while lists are applied."""
        heading(
            "5. writing",
            "goal ≤ 3 × the bare insert of both rows; 3,000 rules ≤ 2 s on SQLite; reads' p99 ≤ 3 × idle",
        )
        save, bare = [], []
        for _round in range(self.rounds + 1):
            bare.append(median(self.inside.order("bare", count=50)))
            save.append(median(self.inside.order("save", count=50)))
        save, bare = save[1:], bare[1:]
        say(
            f"  a rule through the service layer {1e3 * median(save):.2f} ms : bare {1e3 * median(bare):.2f} ms = {ratio(save, bare):.2f} ×"
        )
        lines = 3_000
        applied = [self.inside.order("import", count=lines)[0] for _round in range(3)]
        say(f"  a list of {lines} applied in {median(applied):.2f} s")
        with serve(self.databases.url(self.large), workers=self.workers) as server:
            request = self._ask("county")
            warm(server.port, request)
            idle, busy = [], []
            for _round in range(self.rounds):
                idle.append(run(server.port, request, seconds=self.seconds).p99)
                self.inside.start("import", count=lines)
                busy.append(run(server.port, request, seconds=2 * self.seconds).p99)
                self.inside.finish()
        say(
            f"  reads' p99 {1e3 * median(idle):.1f} ms idle, {1e3 * median(busy):.1f} ms while lists are applied = {ratio(busy, idle):.2f} ×"
        )

    def export(self) -> None:
        """All rules as NDJSON."""
        heading("6. all rules as NDJSON", "goal ≥ 100,000 rows/s, memory below 150 MB")
        with serve(self.databases.url(self.large), workers=1) as server:
            rows, spent = fetch_lines(server.port, f"{BASE}export/coverage-rules.ndjson")
            peak = server.peak()
        say(
            f"  {rows} rows in {spent:.1f} s = {rows / spent:.0f} rows/s; the worker held at most {peak / 1e6:.0f} MB"
        )

    # --- Requests -----------------------------------------------------------------------------------------------

    @cached_property
    def _asked(self) -> dict[str, list[str]]:
        return {}

    def _queries(self, name: str) -> list[str]:
        if name not in self._asked:
            self._asked[name] = self.inside.order("queries", of=name)
        return self._asked[name]

    def _ask(self, name: str) -> Request:
        return self._request([f"coverage/?{query}" for query in self._queries(name)])

    @staticmethod
    def _request(paths: Iterable[str], **more) -> Request:
        return Request(tuple(BASE + path for path in paths), **more)

    def _batch(self, queries: list[str]) -> Request:
        questions = [{"region": query.partition("=")[2]} for query in (queries * 100)[:100]]
        body = json.dumps({"questions": questions}).encode()
        return self._request(
            ["coverage/"], method="POST", body=body, headers=(("Content-Type", "application/json"),)
        )


def ratio(first: list[float], second: list[float]) -> float:
    """The median of the rounds' ratios: each round's two measures stood side by side."""
    return median(a / b for a, b in zip(first, second, strict=True))


def compare(loads: dict[str, list[Load]], base: str, base_loads: list[Load] | None = None) -> None:
    """Rates beside those of a base; and how much of its processor time it takes, which others on the machine disturb least."""
    bases = base_loads or loads[base]
    rates = [load.rate for load in bases]
    for name, own in loads.items():
        by_cpu = ratio([load.cpu for load in bases], [load.cpu for load in own])
        say(
            f"  {name:20}  {median(load.rate for load in own):8.0f} /s  {ratio([load.rate for load in own], rates):6.2f} × {base}"
            f"  {1e6 * median(load.cpu for load in own):6.0f} µs of a processor: {by_cpu:6.2f} ×   p50 {1e3 * median(load.p50 for load in own):.2f} ms  p99 {1e3 * median(load.p99 for load in own):.2f} ms  {own[0].size} bytes"
        )


def kept(size: dict) -> float:
    return (
        sum(value for name, value in size.items() if name.startswith("memory_") and name != "memory_limit")
        / 1e6
    )


def head(port: int, path: str) -> HTTPMessage:
    """The headers of an answer, found in any spelling: servers write Etag and ETag."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers={"Accept-Language": "en"})
        answer = connection.getresponse()
        answer.read()
        return answer.headers


def fetch_lines(port: int, path: str) -> tuple[int, float]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=600)) as connection:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        rows = 0
        while block := answer.read(2**20):
            rows += block.count(b"\n")
        return rows, time.perf_counter() - started


say: Callable[[str], None] = print


def heading(text: str, goal: str) -> None:
    say(f"\n{text}  ({goal})")
