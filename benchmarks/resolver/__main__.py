"""What the resolver gets right and how fast it is; beside cpca, addressparser, cnloc and jionlp where installed.

    python -m benchmarks.resolver            everything
    python -m benchmarks.resolver accuracy   only what is right and wrong
    python -m benchmarks.resolver real       only texts of real use, beside the other parsers
    python -m benchmarks.resolver speed      only the times

The golden page and the cases lie outside the repository (../shared/data); without them those parts are skipped.
Times are CPU times of one thread (the best of several runs), so that other programs on the machine disturb them less.
"""

import sys

from regions.resolver import load_default

from .accuracy import accuracy
from .real import real
from .speed import speed


def main() -> None:
    what = sys.argv[1:] or ["accuracy", "real", "speed"]
    resolver = load_default()
    print(f"edition {resolver.edition}, Python {sys.version.split()[0]}\n")
    for part in what:
        {"accuracy": accuracy, "real": real, "speed": speed}[part](resolver)
        print()


if __name__ == "__main__":
    main()
