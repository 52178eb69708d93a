"""The benchmarks run from one end to the other, so that they cannot rot. Nothing here is timed."""

import pytest

from benchmarks import load
from benchmarks.__main__ import POINTS, main


@pytest.mark.parametrize("with_wrk", [True, False])
def test_all_points_run_at_the_smallest_scale(with_wrk, tmp_path, capsys, monkeypatch):
    points = ",".join(POINTS) if with_wrk else "main"
    if not with_wrk:
        monkeypatch.setattr(load.shutil, "which", lambda name: None)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    arguments = [
        "--scales",
        "smoke",
        "--dir",
        str(tmp_path),
        "--rounds",
        "1",
        "--seconds",
        "0.2",
        "--points",
        points,
    ]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "main question" in printed and "× trivial view" in printed
    assert not list(tmp_path.glob("*.sqlite3"))
