"""gunicorn's settings: `gunicorn servicenet.wsgi`. Every figure can be set in the environment (docs/operations.md).

Threads, because a whole file takes seconds to send and must not look like a hanging worker; one process a core,
because what a question costs is computing, not waiting.
"""

import gc
import multiprocessing
import os
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", multiprocessing.cpu_count()))
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "4"))
# The most gunicorn takes: about 850 Chinese characters in an address. Longer texts are asked by POST.
limit_request_line = 8190
timeout = 60
graceful_timeout = 30
keepalive = 5
# A worker is renewed now and then, not all at once, so that no slow leak ever matters.
max_requests = 200_000
max_requests_jitter = 20_000
# The application writes one line a request itself, without the texts people asked (servicenet.logs).
accesslog = None
errorlog = "-"
# X-Forwarded-* are read by the application, by TRUSTED_PROXIES; here only how to reach us matters.
forwarded_allow_ips = "*" if int(os.environ.get("TRUSTED_PROXIES", "0")) else "127.0.0.1"


def on_starting(server) -> None:
    """Figures of workers that are gone are not shown again."""
    if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(directory).mkdir(parents=True, exist_ok=True)
        for old in Path(directory).glob("*.db"):
            old.unlink()


def post_worker_init(worker) -> None:
    """What is loaded at the start stays for good: looking through it for garbage would stop answers for 60 ms at a time."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 (loads every view)
    gc.collect()
    gc.freeze()


def child_exit(server, worker) -> None:
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
