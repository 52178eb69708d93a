"""The contents of the API document: what each operation is for in a few words, and the chapters they stand in.

Lists of records say it themselves (`directory.LISTS`).
"""

from django.utils.translation import gettext_lazy as _

CHAPTERS = {
    "coverage": _("Who covers a place, why, and under which numbers."),
    "numbers": _("Whose number is this, and what speaks for and against it."),
    "resolve": _("Texts to regions."),
    "disputes": _("Report what is wrong, without a login."),
    "changes": _("What happened since a position: how a copy is kept up to date."),
    "overview": _("The whole at a glance: gaps, overlaps, claims beside lists. Each table as CSV too."),
    "export": _("The whole directory as files."),
    "imports": _("Coverage lists as text: draft, decide, apply, revert. For those who work here."),
    "api": _("What there is, and this document."),
}

SUMMARIES = {
    "root": _("What there is"),
    "schema": _("This document"),
    "coverage_ask": _("Who covers my district?"),
    "coverage_ask_many": _("A hundred questions at once"),
    "numbers_ask": _("Whose number is this?"),
    "numbers_retrieve": _("One number, by its digits"),
    "resolve_retrieve": _("Read a text as regions"),
    "resolve_create": _("Read a hundred texts as regions"),
    "disputes_form": _("What a report may say"),
    "disputes_create": _("Report a wrong entry"),
    "disputes_retrieve": _("What became of a report"),
    "regions_children": _("Two levels below a division"),
    "regions_outline": _("The outline of a province or prefecture"),
    "regions_suggest": _("Places, while somebody types"),
    "brands_schema_org": _("A brand in the words of schema.org"),
    "services_coverage_retrieve": _("A service's coverage list as a file"),
    "services_hsds": _("A service in the words of HSDS"),
    "services_schema_org": _("A service in the words of schema.org"),
    "changes_list": _("What changed since a position"),
    "overview_coverage": _("Who covers what lies below a region"),
    "overview_categories": _("Each category in a region"),
    "overview_units": _("Counties by name, and the gaps"),
    "overview_overlaps": _("Where lists name the same counties"),
    "overview_listed": _("What is claimed beside what is listed"),
    "overview_changes": _("What changed in the last 7, 30 and 90 days"),
    "overview_signals": _("Every signal by severity and brand"),
    "overview_sources": _("Sources by age"),
    "export_list": _("Which files there are"),
    "export_file": _("A table of the directory, or all of them"),
    "export_hsds": _("The whole directory in the words of HSDS"),
    "imports_list": _("List imports"),
    "imports_create": _("Draft a list"),
    "imports_retrieve": _("One import"),
    "imports_preview_retrieve": _("What applying would do"),
    "imports_lines_list": _("List the lines of an import"),
    "imports_line": _("One line"),
    "imports_line_decide": _("Decide about a line"),
    "imports_table": _("Bring coverage rules to a table"),
    "imports_decisions_create": _("Decide about many lines"),
    "imports_apply_create": _("Apply an import"),
    "imports_revert_create": _("Undo an applied import"),
    "imports_discard_create": _("Put a draft aside"),
    "imports_take_up_create": _("Make a reverted or discarded import a draft again"),
}
