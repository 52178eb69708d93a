"""What the measured server runs: the application, and beside it two yardsticks of which no middleware knows.

Both answer as many bytes as their query string says: `/bare/function/?27000`, `/bare/view/?27000`.
"""

from collections.abc import Callable, Iterable

from servicenet.wsgi import application as ours

from .yardsticks import bare_django, bare_function

_yardsticks = {"/bare/function/": bare_function, "/bare/view/": bare_django()}


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    return _yardsticks.get(environ["PATH_INFO"], ours)(environ, start_response)
