"""A person says that a line of the page, taken for something else, belongs to the list."""

from django.utils.translation import gettext as _

from regions.models import CoverageImport, ImportLine
from regions.pages import Context, Piece
from regions.pages.lines import make
from regions.services.decided import deciding, told

from .deciding import locked_draft
from .drafting import count, make_lines, sameness
from .judging import judged
from .plan import IntakeError
from .reading import Remembering, resolver


def declare_list_line(*, imp: CoverageImport, number: int, actor=None) -> list[ImportLine]:
    """Read one of the other lines of the page as a list line; what is read exactly is accepted, the rest is open."""
    reason = _("import %(import)d: line %(line)d is read as a list line") % {"import": imp.pk, "line": number}
    with deciding(reason, actor) as changes:
        draft = locked_draft(imp.pk)
        others = draft.reading.get("lines", [])
        if number not in {entry["no"] for entry in others}:
            raise IntakeError(_("Line %(line)d is not among the other lines of the text.") % {"line": number})
        line = make(draft.text)[number - 1][1]
        text = line.clean.strip()
        piece = Piece(number, line.clean.find(text), text, Context())
        known = {
            (each.kind, *sameness(each.verdict, each.token, each.result))
            for each in draft.lines.only("kind", "verdict", "token", "result")
        }
        made = []
        for position, values in enumerate(make_lines(list(judged(piece, line, Remembering(resolver())))), 1):
            key = (str(values["kind"]), *sameness(values["verdict"], values["token"], values["result"]))
            values |= {"position": position, "is_duplicate": values["is_duplicate"] or key in known}
            made.append(ImportLine(coverage_import=draft, **values))
        ImportLine.objects.bulk_create(made)
        draft.reading["lines"] = [entry for entry in others if entry["no"] != number]
        draft.reading["list_lines"] = draft.reading.get("list_lines", 0) + 1
        draft.counts = count(draft.lines.values_list("verdict", "is_duplicate"))
        draft.save(update_fields=["reading", "counts"])
        changes.parts_changed(draft, {"lines": []}, {"lines": told(made)})
        imp.reading, imp.counts = draft.reading, draft.counts
    return made
