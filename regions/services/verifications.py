"""Writing down that a hotline was checked. A later check is a new row; nothing is ever rewritten (docs/evidence.md)."""

import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from regions.access import brands_on
from regions.choices import Door, SourceKind, VerificationMethod, VerificationResult
from regions.models import Brand, Hotline, Organization, Service, Source, Verification
from regions.models.base import today

from . import lives
from .addresses import host_of, same_page, same_site
from .changes import change_set
from .past import stood

# A check by these methods compares with something; that something is named.
_NEEDS_SOURCE = {
    VerificationMethod.OFFICIAL_SITE,
    VerificationMethod.DOCUMENT,
    VerificationMethod.AUTHORITY,
    VerificationMethod.MACHINE,
}
# ... and these with a source of one kind.
_COMPARED_WITH = {
    VerificationMethod.OFFICIAL_SITE: SourceKind.OFFICIAL_SITE,
    VerificationMethod.AUTHORITY: SourceKind.AUTHORITY,
}
# A person confirms a claim with another page or document than its own: nothing confirms itself. That a program finds
# the number still standing on the brand's own site renews what that site attests (source_check).
_NOT_BY_ITSELF = _NEEDS_SOURCE - {VerificationMethod.MACHINE}

_MOST_ASKED = 50


class GoneOn(ValidationError):
    """Refused: the claim has ended, and goes on as another."""

    def __init__(self) -> None:
        super().__init__(
            _("This claim has gone on as another meanwhile; nothing was recorded."), code="gone-on"
        )


def record_verification(
    *,
    hotline: Hotline,
    method: str,
    result: str,
    source: Source | None = None,
    note: str = "",
    actor=None,
    checked_on: datetime.date | None = None,
    expires_on: datetime.date | None = None,
) -> Verification:
    """Write down that a hotline was checked. A later check is a new row; nothing is ever rewritten.

    A confirmation counts for `settings.VERIFICATION_DAYS` days unless `expires_on` (the first day on which it no
    longer counts) is given; other results do not expire. Raises ValidationError, also for a day in the future; GoneOn
    where the claim has ended for another, which has carried its checks on: a check of it would be lost.
    """
    checked_on = checked_on or today()
    if checked_on > today():
        raise ValidationError({"checked_on": _("A check cannot lie in the future.")})
    if result == VerificationResult.CONFIRMED:
        expires_on = expires_on or checked_on + datetime.timedelta(days=settings.VERIFICATION_DAYS)
    elif expires_on:
        raise ValidationError({"expires_on": _("Only a confirmation expires; leave this empty.")})
    if method in _NEEDS_SOURCE and source is None:
        raise ValidationError({"source": _("Name what it was compared with.")})
    _refuse_circular(hotline, method, result, source)
    if method == VerificationMethod.CALL and not note.strip():
        raise ValidationError({"note": _("Write in a sentence what was heard.")})
    verification = Verification(
        hotline=hotline,
        method=method,
        result=result,
        source=source,
        note=note.strip(),
        checked_by=actor if actor is not None and actor.pk else None,
        checked_on=checked_on,
        expires_on=expires_on,
    )
    with change_set(
        actor=actor, reason=verification.note or _("check of a number"), door=Door.CHECK
    ) as changes:
        stored = Hotline.objects.select_for_update(no_key=True).order_by().get(pk=hotline.pk)
        if lives.gone_on_as(stored):
            raise GoneOn
        verification.full_clean()
        verification.save()
        changes.created(verification)
        changes.touched(hotline, stood(verification))
    return verification


def _refuse_circular(hotline: Hotline, method: str, result: str, source: Source | None) -> None:
    if source is None or method not in _NOT_BY_ITSELF:
        return
    kind = _COMPARED_WITH.get(VerificationMethod(method))
    if kind and source.kind != kind:
        text = _("“%(source)s” is on file as: %(kind)s. This method compares with: %(wanted)s.")
        told = {"source": source, "kind": source.get_kind_display(), "wanted": kind.label}
        raise ValidationError({"source": text % told})
    if kind == SourceKind.OFFICIAL_SITE and (whose := _site_of_others(hotline.service, source)):
        text = _(
            "“%(source)s” is the site of %(whose)s, not of %(brand)s: compare with its own. If it is its own, put it on file as the website of the brand or of its owner first."
        )
        told = {"source": source, "whose": whose, "brand": hotline.service.brand}
        raise ValidationError({"source": text % told})
    own = hotline.source
    if result == VerificationResult.CONFIRMED and own and _is_one(own, source):
        text = _(
            "The claim itself comes from “%(source)s”, so that cannot confirm it: compare with another source, or call."
        )
        raise ValidationError({"source": text % {"source": own}})


def refuse_own_proof(record: models.Model, stored: models.Model | None) -> None:
    """Raises ValidationError where a claim would from now on come from what confirms it: another source, or address of one."""
    checks = Verification.objects.filter(
        result=VerificationResult.CONFIRMED, method__in=_NOT_BY_ITSELF, expires_on__gt=today()
    ).select_related("source", "hotline__source", "hotline__number")
    if isinstance(record, Hotline) and isinstance(stored, Hotline) and record.source_id != stored.source_id:
        column, checks = "source", checks.filter(hotline=stored)
    elif isinstance(record, Source) and isinstance(stored, Source) and record.url != stored.url:
        column, checks = "url", checks.filter(Q(source=stored) | Q(hotline__source=stored))
    else:
        return
    for check in checks:
        claimed = record.source if isinstance(record, Hotline) else check.hotline.source
        own, source = (record if each == record else each for each in (claimed, check.source))
        if own and source and _is_one(own, source):
            text = _(
                "%(claim)s is confirmed until %(until)s by “%(source)s”, which would be its own proof then: check it by another source first, or call."
            )
            told = {"claim": check.hotline.number, "until": check.expires_on, "source": source}
            raise ValidationError({column: text % told})


def _is_one(own: Source, source: Source) -> bool:
    return own == source or same_page(own.url, source.url)


def _site_of_others(service: Service, source: Source) -> str:
    """Whose official site a source is, where it is not this brand's, its owner's or its operator's; "" where it may be theirs.

    Their websites on file decide. Without any, it is another's where that one has it as its website, or where records of others
    alone rest on it.
    """
    brand = service.brand
    owners = [owner for owner in (brand.owner, service.operator) if owner is not None]
    own = [site for site in (brand.website, *(owner.url for owner in owners)) if site]
    if source.url and any(same_site(site, source.url) for site in own):
        return ""
    others = Brand.objects.exclude(pk=brand.pk)
    organizations = Organization.objects.exclude(pk__in=[owner.pk for owner in owners])
    for rows, column in ((others, "website"), (organizations, "url")):
        asked = reduce(
            or_, (Q(**{f"{column}__icontains": host}) for host in _hosts(source.url)), Q(pk__in=())
        )
        for each in rows.filter(asked)[:_MOST_ASKED]:
            if same_site(getattr(each, column), source.url):
                return str(each)
    if own and source.url:
        return _("somebody else")
    resting = brands_on(source)
    return str(others.filter(pk__in=resting).first() or "") if resting and brand.pk not in resting else ""


def _hosts(url: str) -> list[str]:
    """A host and those that it lies below: service.example.com, example.com."""
    parts = host_of(url).split(".")
    return [".".join(parts[at:]) for at in range(max(0, len(parts) - 1))]
