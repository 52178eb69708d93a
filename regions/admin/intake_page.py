"""What the preview of an import shows, made ready for its template."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import Effect, ImportMode, PromiseKind, RuleKind, Verdict
from regions.hours import read_hours
from regions.models import Category, CoverageImport, Hotline, ImportLine, Promise
from regions.pages.lines import split
from regions.services import intake
from regions.services.intake import Preview
from regions.services.intake.carving import left_over
from regions.services.intake.proposals import called, fact_text
from regions.wording import in_words

from .badges import RULE, badge

EFFECTS = {
    "open": "bad",
    "contradicting": "bad",
    "closed": "care",
    "redundant": "plain",
    "new": "good",
    "changed": "care",
    "gone": "care",
    "unchanged": "news",
    "skipped": "plain",
}
STATES = {"draft": "care", "applied": "good", "reverted": "plain", "discarded": "plain"}
VERDICTS = {"resolved": "good", "rules": "good", "unknown": "bad", "conflict": "bad"}
# The page reader's kinds of lines (`regions.pages.LINE_KINDS`) in words.
LINE_KIND_NAMES = {
    "heading": gettext_lazy("heading"),
    "phone": gettext_lazy("telephone number"),
    "promise": gettext_lazy("promise"),
    "step": gettext_lazy("step of a process"),
    "claim": gettext_lazy("nationwide claim"),
    "prose": gettext_lazy("prose (ignored)"),
    "menu": gettext_lazy("menu or footer (ignored)"),
    "news": gettext_lazy("news (ignored)"),
}
_AROUND = 60  # characters shown on each side of a token
COUNT_NAMES = {
    "tokens": gettext_lazy("places"),
    "exact": gettext_lazy("exact"),
    "duplicate": gettext_lazy("duplicates"),
}


def count_name(word: str, mode: str) -> str:
    if word == "tokens" and mode == ImportMode.OUTLETS:
        return _("rows")
    return str(COUNT_NAMES[word] if word in COUNT_NAMES else Verdict(word).label)


def lines_of(imp: CoverageImport) -> list[str]:
    """The lines of the pasted text, as they are numbered."""
    return [text for _offset, text in split(imp.text)]


def dress_all(imp: CoverageImport, shown: Preview) -> None:
    """Give the rows of the preview what their template shows; of open lines also how many others read like them."""
    texts = lines_of(imp)
    waits = any(row.effect == Effect.OPEN for row in shown.rows)
    like = intake.alike(imp) if waits else {}
    whole = intake.whole_choices(line for lines in like.values() for line in lines)
    for row in shown.rows:
        dress(row, texts)
        if row.effect == Effect.OPEN and row.line is not None:
            others = like.get((row.line.verdict, row.line.kind), [])
            sure = sum(line.pk in whole for line in others) if row.line.pk in whole else 0
            vars(row).update(like=len(others), like_sure=sure)


def dress(row, texts: list[str]) -> None:
    """Give a row of the preview its badges and buttons, and the line of the text with its words marked."""
    row.badge = badge(Effect(row.effect).label, EFFECTS[row.effect])
    row.kind_badge = (
        badge(_("include") if row.kind == "include" else _("exclude"), RULE[row.kind]) if row.kind else ""
    )
    row.all_choices = ",".join(place.code for place in row.choices) if len(row.choices) > 1 else ""
    if row.said is not None and row.said.hours:
        read = read_hours(row.said.hours)
        row.unread = "" if read.schedule else in_words(read.reason or "")
    if row.line is not None:
        verdict = row.line.verdict
        row.verdict = badge(row.line.get_verdict_display(), VERDICTS.get(verdict, "care"))
        row.combines = (
            verdict in (Verdict.HISTORICAL, Verdict.RULES) or len(row.choices) > 1 and _is_group(row.line)
        )
        row.source = marked(texts, row.line)
        row.not_understood = left_over(row.line)
        row.excludes = row.line.kind == RuleKind.EXCLUDE


def _is_group(line: ImportLine) -> bool:
    """华东: its usual members can be taken in one go."""
    return any(item["kind"] == "group" for item in line.result.get("evidence", ()))


def marked(texts: list[str], line: ImportLine) -> tuple[str, str, str]:
    """The line of the text around a token: (before, the token, behind), cut short at both ends."""
    text = texts[line.line_no - 1] if line.line_no <= len(texts) else ""
    before, behind = text[: line.start], text[line.end :]
    before = f"…{before[-_AROUND:]}" if len(before) > _AROUND else before
    behind = f"{behind[:_AROUND]}…" if len(behind) > _AROUND else behind
    return before, text[line.start : line.end], behind


def other_lines(imp: CoverageImport) -> list[dict]:
    """The lines of the page that are no list lines, with their text and kind."""
    texts = lines_of(imp)
    found = []
    for entry in imp.reading.get("lines", []):
        text = texts[entry["no"] - 1] if entry["no"] <= len(texts) else ""
        found.append(
            {
                "no": entry["no"],
                "kind": LINE_KIND_NAMES.get(entry["kind"], entry["kind"]),
                "text": text,
                "reason": entry.get("reason", ""),
            }
        )
    return found


def proposals(imp: CoverageImport) -> dict:
    """What the page proposes beside the list, and which of it the service has already. A fixed number of queries."""
    reading, service = imp.reading, imp.service
    held = {
        (hotline.number.canonical, hotline.extension): set(hotline.labels)
        for hotline in Hotline.objects.filter(service=service, valid_to=None).select_related("number")
    }
    numbers = []
    for index, found in enumerate(reading.get("numbers", [])):
        labels = [label["text"] for label in found["labels"]]
        number = found["canonical"], found.get("extension", "")
        has = number in held and set(labels) <= held[number]
        numbers.append({**found, "display": called(found), "index": index, "has": has})
    promised = set(Promise.objects.filter(service=service).values_list("kind", "text"))
    promises = []
    for index, found in enumerate(reading.get("promises", [])):
        text = fact_text(found["fact"])
        promises.append(
            {
                "does": f"add:promise-{index}",
                "kind": PromiseKind(found["kind"]).label,
                "text": text,
                "lines": found["lines"],
                "has": (found["kind"], text) in promised,
            }
        )
    categories = reading.get("categories", [])
    known = set(
        Category.objects.filter(name__in=[each["text"] for each in categories]).values_list("name", flat=True)
    )
    steps = [step["text"] for step in reading.get("steps", [])]
    return {
        "brands": [{**each, "has": each["text"] == service.brand.name} for each in reading.get("brands", [])],
        "categories": [
            {
                **each,
                "index": index,
                "has": each["text"] == service.category.name,
                "known": each["text"] in known,
            }
            for index, each in enumerate(categories)
        ],
        "numbers": numbers,
        "refused": reading.get("refused", []),
        "nationwide": reading.get("nationwide", []),
        "promises": promises,
        "steps": steps,
        "has_steps": steps == service.steps,
        "proposes": any(
            reading.get(name)
            for name in ("brands", "categories", "numbers", "refused", "nationwide", "promises", "steps")
        ),
    }
