"""The shift between WGS-84 and GCJ-02: against published pairs, there and back, and not outside its box."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.outlines.gcj import converted, to_gcj02, to_wgs84


def metres(one, other) -> float:
    across = 111_320 * math.cos(math.radians(one[1]))
    return math.hypot((one[0] - other[0]) * across, (one[1] - other[1]) * 111_320)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        # The pairs that implementations of the formula are tested with: Shanghai, Shenzhen, Beijing.
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_pairs(wgs, gcj):
    assert metres(to_gcj02(wgs), gcj) < 0.01 and metres(to_wgs84(gcj), wgs) < 0.01


@given(st.floats(73, 136), st.floats(3, 54))
def test_there_and_back_is_the_same_place(longitude, latitude):
    point = longitude, latitude
    assert metres(to_wgs84(to_gcj02(point)), point) < 0.01
    assert metres(to_gcj02(to_wgs84(point)), point) < 0.01
    assert 1 < metres(to_gcj02(point), point) < 1_600


@given(
    st.tuples(st.floats(-180, 71), st.floats(-90, 90)) | st.tuples(st.floats(-180, 180), st.floats(56, 90))
)
def test_outside_nothing_is_shifted(point):
    assert to_gcj02(point) == to_wgs84(point) == point


def test_the_same_system_stays_untouched():
    point = 104.97, 29.18
    assert converted(point, "gcj02", "gcj02") == point == converted(point, "wgs84", "wgs84")
    assert converted(point, "gcj02", "wgs84") == to_wgs84(point) != point
