"""The benchmarks run from one end to the other, so that they cannot rot. Nothing here is timed."""

import pytest

from benchmarks import load
from benchmarks.__main__ import POINTS, main


@pytest.mark.faults  # starts real servers; run with `make test-faults`
def test_all_points_run_at_the_smallest_scale_without_wrk(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(load.shutil, "which", lambda name: None)
    arguments = ["--scales", "smoke", "--dir", str(tmp_path), "--rounds", "1", "--seconds", "0.2"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert [line[0] for line in printed.splitlines() if line[:1].isdigit()] == [
        "1",
        "1",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    ]
    assert len(POINTS) == 8
    assert not list(tmp_path.glob("*.sqlite3"))
