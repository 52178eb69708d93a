"""What is odd about a number or a list, each with its figures and the records it rests on.

    >>> of_service(service).standing          # every signal about a service on a day
    >>> of_services(services), of_brands(brands)
    >>> of_numbers(Claims.load([number.pk], on), [number])[number.pk]

A signal is computed from the directory when it is asked for; nothing is stored, nothing is added up to a score,
and nobody is accused. `SignalCode` is the registry; docs/evidence.md states each rule, its threshold and where it
falls down.
"""

from regions.choices import SignalCode

from .base import Record, Signal, Signals
from .collect import (
    Claims,
    claims_about,
    conflicting_lists,
    conflicting_numbers,
    odd_alone,
    of_brands,
    of_lists,
    of_numbers,
    of_service,
    of_services,
)
from .likeness import near_equal
from .places import ServiceList, Units, load_units

__all__ = [
    "Claims",
    "Record",
    "ServiceList",
    "Signal",
    "SignalCode",
    "Signals",
    "Units",
    "claims_about",
    "conflicting_lists",
    "conflicting_numbers",
    "load_units",
    "near_equal",
    "odd_alone",
    "of_brands",
    "of_lists",
    "of_numbers",
    "of_service",
    "of_services",
]
