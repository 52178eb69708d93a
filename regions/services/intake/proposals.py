"""What else a pasted page says, added to the service one by one, when a person asks for it. Never by itself."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import Door
from regions.hours.reading import MAX_TEXT
from regions.models import Category, CoverageImport, Hotline, PhoneNumber, Promise
from regions.services import records
from regions.services.changes import change_set

from .plan import IntakeError

# The page reader's facts (`regions.pages.promises`) in the reader's language.
_FACTS = {
    "24 hours a day": gettext_lazy("24 hours a day"),
    "open all year": gettext_lazy("open all year"),
    "honoured nationwide": gettext_lazy("honoured nationwide"),
    "original parts": gettext_lazy("original parts"),
    "prices are published": gettext_lazy("prices are published"),
    "part prices can be looked up": gettext_lazy("part prices can be looked up"),
    "quote before work": gettext_lazy("quote before work"),
    "no hidden charges": gettext_lazy("no hidden charges"),
    "no repair, no charge": gettext_lazy("no repair, no charge"),
    "free inspection": gettext_lazy("free inspection"),
    "visits at home": gettext_lazy("visits at home"),
    "a record is kept of each job": gettext_lazy("a record is kept of each job"),
    "follow-up call after the job": gettext_lazy("follow-up call after the job"),
    "staff are trained": gettext_lazy("staff are trained"),
    "staff are certified": gettext_lazy("staff are certified"),
    "arrive the same day": gettext_lazy("arrive the same day"),
    "phone": gettext_lazy("phone"),
    "e-mail": gettext_lazy("e-mail"),
    "WeChat": gettext_lazy("WeChat"),
    "app": gettext_lazy("app"),
    "website": gettext_lazy("website"),
    "social media": gettext_lazy("social media"),
    "online chat": gettext_lazy("online chat"),
    "shop": gettext_lazy("shop"),
}
_DEEDS = {
    "respond": gettext_lazy("respond within %(span)s"),
    "arrive": gettext_lazy("arrive within %(span)s"),
    "solve": gettext_lazy("solve within %(span)s"),
}
_UNITS = {
    "min": gettext_lazy("%(n)s min"),
    "h": gettext_lazy("%(n)s h"),
    "day": gettext_lazy("%(n)s days"),
    "working day": gettext_lazy("%(n)s working days"),
    "week": gettext_lazy("%(n)s weeks"),
    "month": gettext_lazy("%(n)s months"),
    "year": gettext_lazy("%(n)s years"),
}


def fact_text(fact: str) -> str:
    """A promise as the page reader words it, in the reader's language; unknown wordings stay as they are."""
    if fact in _FACTS:
        return str(_FACTS[fact])
    if found := re.fullmatch(r"(respond|arrive|solve) within (.+)", fact):
        return str(_DEEDS[found[1]]) % {"span": fact_text(found[2])}
    if found := re.fullmatch(r"([\d.]+) ([a-z ]+?)s?", fact):
        unit = _UNITS.get(found[2])
        return str(unit) % {"n": found[1]} if unit else fact
    parts = fact.split(", ")
    return "、".join(fact_text(part) for part in parts) if len(parts) > 1 else fact


def add(*, imp: CoverageImport, what: str, index: int = 0, text: str = "", actor=None) -> str:
    """Add one proposal of a page to the service; returns a sentence that says what was done.

    `what` is number, promise, steps, nationwide or category; `index` counts within the proposals of that kind;
    `text` overrides the wording of a promise. Raises IntakeError, or ValidationError of the record.
    """
    adders = {
        "number": _add_number,
        "promise": _add_promise,
        "steps": _add_steps,
        "nationwide": _claim_nationwide,
        "category": _set_category,
    }
    if what not in adders:
        raise IntakeError(_("There is no such proposal."))
    with change_set(actor=actor, reason=_("proposal of import %(pk)d") % {"pk": imp.pk}, door=Door.IMPORT):
        return adders[what](imp, index, text, actor)


def _proposal(imp: CoverageImport, name: str, index: int) -> dict:
    found = imp.reading.get(name, [])
    if not 0 <= index < len(found):
        raise IntakeError(_("There is no such proposal."))
    return found[index]


def _add_number(imp: CoverageImport, index: int, text: str, actor) -> str:
    """An unverified hotline with every label the page prints; labels join a hotline that is on file."""
    found = _proposal(imp, "numbers", index)
    if found.get("personal"):
        raise IntakeError(_("This is a person's mobile number; it is not offered as a hotline."))
    if found["needs_region"]:
        raise IntakeError(
            _("This short code means something else in each province; add it on the hotline's page.")
        )
    extension = found.get("extension", "")  # a draft of before has none
    display = called(found)
    number = PhoneNumber.objects.filter(canonical=found["canonical"]).first()
    if number is None:
        number = PhoneNumber(canonical=found["canonical"], kind=found["kind"])
        records.save(number, actor=actor)
    labels = list(dict.fromkeys(label["text"] for label in found["labels"]))
    hotline = Hotline.objects.filter(
        service_id=imp.service_id, number=number, extension=extension, valid_to=None
    ).first()
    if hotline is None:
        hotline = Hotline(
            service=imp.service,
            number=number,
            extension=extension,
            source=imp.source,
            mentions=found["mentions"],
        )
        done = _("%(number)s is on file now, unverified.")
    else:
        labels = list(dict.fromkeys([*hotline.labels, *labels]))
        if labels == hotline.labels:
            return _("%(number)s is on file already.") % {"number": display}
        done = _("%(number)s was on file; its labels were added.")
    hotline.labels = labels
    hours = "" if hotline.opening_hours else page_hours(imp.text)
    hotline.opening_hours = hours or hotline.opening_hours
    records.save(hotline, actor=actor)
    said = _(" Its hours by the page: %(hours)s.") % {"hours": hours} if hours else ""
    return done % {"number": display} + said


def called(found: dict) -> str:
    """A number of a page as it is called, with its extension."""
    return "-".join(filter(None, (found["display"], found.get("extension"))))


def page_hours(text: str) -> str:
    """The hours that a page gives in a line of its own; empty where it gives none, or several that differ."""
    found = {line.strip()[:MAX_TEXT] for line in _HOURS_LINE.findall(text)}
    return found.pop() if len(found) == 1 else ""


_HOURS_LINE = re.compile(
    r"(?m)^\W*(?:营业|服务|工作|客服|接听|热线|电话|办公){1,3}(?:时间|时段)[ \t]*[:：][ \t]*(\S.*)$"
)


def _add_promise(imp: CoverageImport, index: int, text: str, actor) -> str:
    found = _proposal(imp, "promises", index)
    fact = text.strip() or fact_text(found["fact"])
    if Promise.objects.filter(service_id=imp.service_id, kind=found["kind"], text=fact).exists():
        return _("“%(text)s” is on file already.") % {"text": fact}
    promise = Promise(
        service=imp.service, kind=found["kind"], text=fact, source=imp.source, source_line=found["lines"][0]
    )
    records.save(promise, actor=actor)
    return _("“%(text)s” is on file now, as a promise of the page.") % {"text": fact}


def _add_steps(imp: CoverageImport, index: int, text: str, actor) -> str:
    steps = [step["text"] for step in sorted(imp.reading.get("steps", []), key=lambda step: step["order"])]
    if not steps:
        raise IntakeError(_("There is no such proposal."))
    imp.service.steps = steps
    records.save(imp.service, actor=actor)
    return _("The service has these %(count)d steps now.") % {"count": len(steps)}


def _claim_nationwide(imp: CoverageImport, index: int, text: str, actor) -> str:
    _proposal(imp, "nationwide", index)
    imp.service.nationwide_claimed = True
    records.save(imp.service, actor=actor)
    return _("Noted as a claim; it never becomes coverage by itself.")


def _set_category(imp: CoverageImport, index: int, text: str, actor) -> str:
    found = _proposal(imp, "categories", index)
    category = Category.objects.filter(name=found["text"]).first()
    if category is None:
        raise IntakeError(_("There is no category %(name)s yet; add it first.") % {"name": found["text"]})
    imp.service.category = category
    records.save(imp.service, actor=actor)
    return _("The service is in the category %(name)s now.") % {"name": category.name}
