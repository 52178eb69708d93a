"""Spreadsheets in and out of the admin: the same columns both ways, keys that people can read, nothing half done."""

from .page import SpreadsheetMixin

__all__ = ["SpreadsheetMixin"]
