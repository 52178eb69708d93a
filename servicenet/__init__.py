"""The project: settings, addresses, health, metrics and logs. The version of package, API document and notes stands here."""

__version__ = "0.2.0"
