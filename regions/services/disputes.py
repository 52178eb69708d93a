"""Reports of a wrong entry, and what was decided about them.

What reporters are promised, and what they cannot do, stands in docs/evidence.md. The rules are here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import (
    ChangeAction,
    DisputeReason,
    DisputeState,
    Door,
    HotlineStatus,
    VerificationMethod,
    VerificationResult,
)
from regions.models import CoverageRule, Dispute, Hotline, Verification
from regions.models.base import today
from regions.texts import flaw
from regions.wording import in_words

from . import lives
from .changes import ChangeSet, change_set
from .reports import fingerprint_of, has_grounds, is_new, normalised, said, weighs
from .verifications import record_verification

# One address may have this many disputes open at once; further reports wait until some are decided.
OPEN_PER_REPORTER = 10
# So many later statements and pages are kept with a dispute; more are counted only.
FURTHER_KEPT = 20
STATEMENT_MAX = 2_000

REASONS_FOR_HOTLINE = (
    DisputeReason.WRONG_NUMBER,
    DisputeReason.NOT_IN_SERVICE,
    DisputeReason.WRONG_DETAILS,
    DisputeReason.OTHER,
)
REASONS_FOR_RULE = (DisputeReason.NOT_COVERED, DisputeReason.WRONG_DETAILS, DisputeReason.OTHER)


class TooManyDisputes(Exception):
    """Refused: this reporter has as many open disputes as one may have."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a report.

    `opened`: a new dispute. `collapsed`: it was added to an open one with the same reason. `already_rejected`,
    `already_upheld`: decided before, and the report brings nothing new.
    """

    dispute: Dispute
    outcome: Literal["opened", "collapsed", "already_rejected", "already_upheld"]


# --- Reports ----------------------------------------------------------------------------------------------------


def open_dispute(
    *,
    reason: str,
    hotline: Hotline | None = None,
    rule: CoverageRule | None = None,
    statement: str = "",
    evidence_url: str = "",
    address: str = "",
) -> Report:
    """Take in a report that a hotline or a coverage rule is wrong.

    One open dispute a subject and reason: further reports collapse into it. What was rejected stays rejected
    until a report brings a page or a statement that no rejected one had. A report against a verified number needs
    one of the two. `address` is the reporter's IP address; only a keyed hash of it is kept, and only while the
    dispute is open. Of a claim that has ended for another the other is reported: that is what is answered.
    Raises ValidationError, or TooManyDisputes beyond `OPEN_PER_REPORTER`.
    """
    draft = Dispute(
        hotline=hotline,
        rule=rule,
        reason=reason,
        statement=statement.strip(),
        evidence_url=evidence_url.strip(),
        fingerprint=fingerprint_of(address),
    )
    _validate_report(draft)
    with change_set(reason=_("report of a wrong entry"), door=Door.REPORT) as changes:
        _lock_reporter(draft.fingerprint)
        subject = _lock_living(draft)
        _ask_for_grounds(draft)
        disputes = list(_about(draft).order_by("-decided_at", "-id"))
        standing = [dispute for dispute in disputes if dispute.state == DisputeState.OPEN]
        own = (
            each.reporter for each in standing if draft.fingerprint and each.fingerprint == draft.fingerprint
        )
        draft.reporter = next(own, draft.reporter)
        weightier = weighs(draft, standing)
        for dispute in standing:
            if dispute.reason == reason:
                if weightier:
                    changes.touched(subject)
                return Report(_collapse(dispute, draft, weightier), "collapsed")
        rejected = [dispute for dispute in disputes if dispute.state == DisputeState.REJECTED]
        if rejected and not is_new(draft, rejected):
            same = next((dispute for dispute in rejected if dispute.reason == reason), rejected[0])
            return Report(_collapse(same, draft), "already_rejected")
        for dispute in disputes:
            if (
                dispute.state == DisputeState.UPHELD
                and dispute.reason == reason
                and _still_stands(dispute, draft.hotline)
            ):
                return Report(_collapse(dispute, draft), "already_upheld")
        _refuse_flood(draft)
        if weightier:
            _weigh(draft, draft)
        draft.save()
        changes.add("dispute", draft.key, ChangeAction.CREATE, None, _public(draft))
        changes.touched(subject)
    return Report(draft, "opened")


def open_disputes(*, reasons: Iterable[str], **said: Any) -> list[Report]:
    """Take in a report that gives several reasons at once: a dispute each, for each is decided by itself; all of them or none.

    What comes with it weighs once. `said` and what is raised: as `open_dispute`.
    """
    with change_set(door=Door.REPORT):
        return [open_dispute(reason=reason, **said) for reason in reasons]


def _validate_report(draft: Dispute) -> None:
    if (draft.hotline is None) == (draft.rule is None):
        raise ValidationError(_("Name either a hotline or a coverage rule."))
    allowed = REASONS_FOR_HOTLINE if draft.hotline else REASONS_FOR_RULE
    errors = {}
    if draft.reason not in allowed:
        errors["reason"] = _("Use one of: %(reasons)s.") % {"reasons": ", ".join(allowed)}
    if found := flaw(draft.statement, STATEMENT_MAX):
        errors["statement"] = _("The text %(flaw)s.") % {"flaw": in_words(found.what)}
    if draft.evidence_url and not draft.evidence_url.lower().startswith(("http://", "https://")):
        errors["evidence_url"] = _("Give an address that begins with http:// or https://.")
    if errors:
        raise ValidationError(errors)
    draft.full_clean(exclude=["hotline", "rule", "reason"], validate_constraints=False)


def _ask_for_grounds(draft: Dispute) -> None:
    """Against a number that somebody checked a reason alone says nothing."""
    if draft.hotline_id is None or has_grounds(draft):
        return
    hotline = Hotline.objects.with_status().get(pk=draft.hotline_id)
    if hotline.status == HotlineStatus.VERIFIED:
        text = _("This number was confirmed on %(day)s: say what is wrong, or give a page that shows it.")
        raise ValidationError({"statement": text % {"day": hotline.checked_on}})


def _lock_reporter(fingerprint: str) -> None:
    """Reports of one reporter wait for each other, so the cap holds. SQLite writers are alone anyway."""
    if fingerprint and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [fingerprint])


def _lock_subject(dispute: Dispute) -> Hotline | CoverageRule:
    """Reports and decisions about one subject wait for each other. Every writer locks the subject first.

    Without the key: rows that point at the subject are checked at the commit, under the lock of the change
    sequence, and would wait there for a full row lock while its holder waits for the sequence.
    """
    if dispute.hotline_id:
        return Hotline.objects.select_for_update(no_key=True).order_by().get(pk=dispute.hotline_id)
    line = CoverageRule.objects.values(*CoverageRule.LINE).get(pk=dispute.rule_id or 0)
    rules = CoverageRule.objects.select_for_update(no_key=True).filter(**line).order_by("pk")
    return next(rule for rule in rules if rule.pk == dispute.rule_id)


def _lock_living(draft: Dispute) -> Hotline | CoverageRule:
    """The subject of a report, or what goes on where it ended for another: that is what is answered, and what people decide.

    A rule that went on with the contrary kind says what was reported no more; the report stays with the one that did.
    """
    subject = _lock_subject(draft)
    stands = lives.gone_on_as(subject)
    if isinstance(stands, Hotline):
        draft.hotline = stands
    elif (
        isinstance(stands, CoverageRule) and isinstance(subject, CoverageRule) and stands.kind == subject.kind
    ):
        draft.rule = stands
    else:
        return subject
    return _lock_living(draft)


def _about(dispute: Dispute) -> models.QuerySet:
    """All reports about its subject; of one that went on as another, those about what it was before too."""
    if dispute.hotline is not None:
        return Dispute.objects.filter(hotline__in=lives.carried_on(dispute.hotline))
    line = {f"rule__{name}": getattr(dispute.rule, name) for name in CoverageRule.LINE}
    return Dispute.objects.filter(**line)


def _collapse(dispute: Dispute, draft: Dispute, weightier: bool = False) -> Dispute:
    """Add a report to a dispute: count it unless it is the first reporter's own, keep what it adds."""
    repeated = bool(draft.fingerprint) and draft.fingerprint == dispute.fingerprint
    added = {
        name: getattr(draft, name)
        for name in ("statement", "evidence_url")
        if getattr(draft, name) and normalised(name, getattr(draft, name)) not in said(name, [dispute])
    }
    if added and len(dispute.further) < FURTHER_KEPT:
        dispute.further = [*dispute.further, added]
    if weightier:
        _weigh(dispute, draft)
    Dispute.objects.filter(pk=dispute.pk).update(
        further=dispute.further,
        witnesses=dispute.witnesses,
        weight=dispute.weight,
        weighed_on=dispute.weighed_on,
        reports=F("reports") + (0 if repeated else 1),
    )
    dispute.refresh_from_db(fields=["reports"])
    return dispute


def _weigh(dispute: Dispute, draft: Dispute) -> None:
    """Count another reporter, from today on."""
    dispute.witnesses = [*dispute.witnesses, draft.fingerprint]
    dispute.weighed_on = [*dispute.weighed_on, today().isoformat()]
    dispute.weight = len(dispute.weighed_on)


def _still_stands(upheld: Dispute, claim: Hotline | None) -> bool:
    """An upheld dispute about a hotline stands until somebody confirms the number again; one about a rule stays."""
    return not (
        claim is not None
        and Verification.objects.filter(
            hotline__in=lives.carried_on(claim),
            result=VerificationResult.CONFIRMED,
            recorded_at__gt=upheld.decided_at,
        ).exists()
    )


def _refuse_flood(draft: Dispute) -> None:
    mine = Dispute.objects.filter(fingerprint=draft.fingerprint, state=DisputeState.OPEN)
    if draft.fingerprint and mine.count() >= OPEN_PER_REPORTER:
        raise TooManyDisputes(
            _("You have %(count)d open reports; further ones can be taken when some are decided.")
            % {"count": OPEN_PER_REPORTER}
        )


# --- Decisions --------------------------------------------------------------------------------------------------


def accept_dispute(*, dispute: Dispute, reason: str, actor) -> Dispute:
    """Mark an open dispute as worth looking at: the entry carries the word *disputed* until it is decided.

    Raises ValidationError.
    """
    if not reason.strip():
        raise ValidationError({"decision": _("A decision needs a reason in words.")})
    with change_set(actor=actor, reason=reason.strip()) as changes:
        subject, dispute = _lock_open(dispute)
        if dispute.accepted_at:
            raise ValidationError(_("This dispute was accepted already."))
        _keep(changes, subject, dispute, accepted_by=actor, accepted_at=timezone.now())
    return dispute


def answer_dispute(*, dispute: Dispute, answer: str, actor) -> Dispute:
    """Keep what the reported side says to an open dispute. Once: a second answer is refused. It moves no status.

    Raises ValidationError.
    """
    answer = answer.strip()
    if not answer:
        raise ValidationError({"decision": _("An answer needs words.")})
    with change_set(actor=actor, reason=answer[:200]) as changes:
        subject, dispute = _lock_open(dispute)
        if dispute.answered_at:
            raise ValidationError(_("The reported side has answered already; an answer is given once."))
        _keep(changes, subject, dispute, answer=answer, answered_at=timezone.now())
    return dispute


def held(dispute: Dispute) -> tuple[models.Model, Dispute]:
    """The subject and the dispute as they stand, both locked until the commit."""
    subject = _lock_subject(dispute)
    stored = Dispute.objects.select_for_update(no_key=True).order_by().get(pk=dispute.pk)
    if (stored.hotline_id, stored.rule_id) != (dispute.hotline_id, dispute.rule_id):
        return held(stored)  # its claim has gone on as another since it was read
    return subject, stored


def _lock_open(dispute: Dispute) -> tuple[models.Model, Dispute]:
    """The subject and the dispute, both locked; ValidationError when it is open no longer."""
    subject, dispute = held(dispute)
    if dispute.state != DisputeState.OPEN:
        raise ValidationError(_("This dispute has been decided already."))
    return subject, dispute


def _keep(changes: ChangeSet, subject: models.Model, dispute: Dispute, **values: Any) -> None:
    """Write down what was said or decided; the subject's answers are told anew. Raises ValidationError."""
    before = _public(dispute)
    for name, value in values.items():
        setattr(dispute, name, value)
    dispute.full_clean()
    dispute.save()
    changes.add("dispute", dispute.key, ChangeAction.UPDATE, before, _public(dispute))
    changes.touched(subject)
    if isinstance(subject, CoverageRule) and (stands := lives.gone_on_as(subject)) is not None:
        changes.touched(stands)


def decide_dispute(*, dispute: Dispute, state: str, decision: str, actor) -> Dispute:
    """Uphold or reject an open dispute, with the reason in words.

    Upholding one about a hotline also records what that means for the number: it is refuted, or, when only hours,
    labels or names were wrong, checked without a result. The reporters' fingerprints are dropped.
    Raises ValidationError.
    """
    decision = decision.strip()
    if state not in (DisputeState.UPHELD, DisputeState.REJECTED):
        raise ValidationError({"state": _("Use one of: %(states)s.") % {"states": "upheld, rejected"}})
    if not decision:
        raise ValidationError({"decision": _("A decision needs a reason in words.")})
    with change_set(actor=actor, reason=decision) as changes:
        subject, dispute = _lock_open(dispute)
        made = {"state": state, "decision": decision, "decided_by": actor, "decided_at": timezone.now()}
        _keep(changes, subject, dispute, **made, fingerprint="", witnesses=[])
        if state == DisputeState.UPHELD and isinstance(subject, Hotline):
            record_verification(
                hotline=subject,
                method=VerificationMethod.DISPUTE,
                result=VerificationResult.INCONCLUSIVE
                if dispute.reason == DisputeReason.WRONG_DETAILS
                else VerificationResult.REFUTED,
                note=decision,
                actor=actor,
            )
    return dispute


def _public(dispute: Dispute) -> dict:
    """What the list of changes says about a dispute: not the reporter's words, which may name people."""
    return {
        "hotline_id": dispute.hotline_id,
        "rule_id": dispute.rule_id,
        "reason": dispute.reason,
        "state": dispute.state,
        "accepted": dispute.accepted_at is not None,
        "decision": dispute.decision,
        "answer": dispute.answer,
    }
