"""The gazetteer: builds fixtures/regions/*.csv from published lists, loads them, checks them.

Building is pure Python and needs the packages of requirements-build.txt; loading and checking need the database.
"""
