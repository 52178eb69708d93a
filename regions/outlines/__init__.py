"""Outlines of divisions: reading them, drawing them as a map, systems of coordinates. Pure Python; points are (longitude, latitude)."""
