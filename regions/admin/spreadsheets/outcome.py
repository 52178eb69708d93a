"""What is said of a table that was worked through: counts, the rows that would change, what is wrong. As plain data, so that it can be kept."""

from typing import Any

from django.utils.translation import gettext as _

from regions.services.columns import heading, with_heading

from .formats import ROW

SHOWN_PROBLEMS = 200
SHOWN_ROWS = 100


def outcome(result, model) -> dict[str, Any]:
    """What the page says of a table that was worked through."""
    found, numbers = problems(result, model), counts(result)
    rows = [{"type": row.import_type, "diff": row.diff} for row in result.rows if row.diff][:SHOWN_ROWS]
    return {
        "diff_headers": [heading(model, name) for name in result.diff_headers or ()],
        "problems": found[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(found) - SHOWN_PROBLEMS),
        "counts": numbers,
        "past": getattr(result, "past", 0),
        "rows": rows,
        "more_rows": numbers["new"] + numbers["changed"] - len(rows),
        "not_read": [with_heading(model, name) for name in getattr(result, "not_read", ())],
    }


def counts(result) -> dict[str, int]:
    """How many rows are new, changed, unchanged and wrong; they add up to the rows of the file."""
    totals = result.totals
    return {
        "new": totals["new"],
        "changed": totals["update"],
        "unchanged": totals["skip"],
        "errors": totals["invalid"] + totals["error"],
    }


def summary(numbers: dict[str, int]) -> str:
    return _("new %(new)d, changed %(changed)d, unchanged %(unchanged)d, errors %(errors)d") % numbers


def problems(result, model) -> list[tuple[str, str, str]]:
    """What is wrong, by row of the file: (row, column, message); an empty row speaks of the whole file."""
    found = [("", "", _message(error.error)) for error in result.base_errors]
    for _number, errors in result.row_errors():
        found += [(error.row.get(ROW, ""), "", _message(error.error)) for error in errors]
    for invalid in result.invalid_rows:
        row = result.file_rows[invalid.number - 1]
        for name, texts in invalid.field_specific_errors.items():
            found += [(row, with_heading(model, name), text) for text in texts]
        found += [(row, "", text) for text in invalid.non_field_specific_errors]
    return sorted(found, key=lambda problem: int(problem[0] or 0))


def _message(error) -> str:
    return " ".join(error.messages) if hasattr(error, "messages") else str(error)
