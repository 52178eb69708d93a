"""gunicorn's settings: `gunicorn servicenet.wsgi`. Every figure can be set in the environment (docs/operations.md).

One process a core, because what a question costs is computing, not waiting; threads, because a whole file takes
seconds to make. How connections are held stands in `servicenet.server`. This file is all that depends on gunicorn.
"""

import gc
import logging
import multiprocessing
import os
import sys
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", multiprocessing.cpu_count()))
worker_class = "servicenet.server.BufferingWorker"
threads = int(os.environ.get("THREADS", "4"))
timeout = 60
graceful_timeout = 30
# A worker is renewed now and then, not all at once, so that no slow leak ever matters.
max_requests = 200_000
max_requests_jitter = 20_000
# The application writes one line a request itself, without the texts people asked (servicenet.logs).
accesslog = None
errorlog = "-"
if os.environ.get("LOG_FORMAT", "line" if os.environ.get("DEBUG") == "1" else "json") == "json":
    # gunicorn's own lines in the same form as the application's (servicenet.logs).
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "servicenet.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
    }
    logging.captureWarnings(True)
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
    from django.db import connections
    from django.urls import get_resolver

    from regions.lookup.ahead import read_ahead, stay_ahead

    get_resolver().url_patterns  # noqa: B018 (loads every view)
    read_ahead()
    connections.close_all()  # requests are answered in threads, which have their own
    # A thread that waited for the database gets its turn after so many seconds, not ten times as many: somebody whose question
    # computes takes less from the others (docs/security.md, "Measured").
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    stay_ahead()


def child_exit(server, worker) -> None:
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
