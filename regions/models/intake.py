"""Coverage lists as they came in, word for word, and what became of each word."""

import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import Held, ImportMode, ImportState, RuleKind, Verdict

# Characters of a title.
TITLE = 80


class CoverageImport(models.Model):
    """One pasted or uploaded list: draft → preview → applied → perhaps reverted.

    The text is kept as it came. Nothing here is coverage until it is applied; applying is one transaction
    with one change set, and reverting undoes exactly that change set.
    """

    service = models.ForeignKey(
        "regions.Service",
        models.PROTECT,
        related_name="imports",
        verbose_name=_("service"),
        help_text=_("Whose list it is."),
    )
    mode = models.CharField(
        _("mode"),
        max_length=7,
        choices=ImportMode,
        default=ImportMode.ADD,
        help_text=_(
            "Add to the list, or replace it: rules that the text does not name are closed. A table of outlets is no list."
        ),
    )
    title = models.CharField(
        _("title"),
        max_length=TITLE,
        blank=True,
        db_default="",
        editable=False,
        help_text=_("The name of the file it came in, or its first line."),
    )
    text = models.TextField(_("text"), help_text=_("The list, word for word."))
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("source"),
        help_text=_("Where the list comes from."),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ImportState,
        default=ImportState.DRAFT,
        editable=False,
        help_text=_("Draft, applied, reverted or discarded."),
    )
    release = models.ForeignKey(
        "regions.Release",
        models.PROTECT,
        related_name="imports",
        editable=False,
        verbose_name=_("release"),
        help_text=_("Edition of the region data it was read with."),
    )
    reading = models.JSONField(
        _("reading"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What else the page says: brand, category, numbers, promises, steps; proposals only."),
    )
    counts = models.JSONField(
        _("counts"), default=dict, blank=True, editable=False, help_text=_("Tokens by verdict; they add up.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        editable=False,
        verbose_name=_("created by"),
        help_text=_("Who brought it in."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("When it came in."))
    applied_at = models.DateTimeField(
        _("applied at"), null=True, blank=True, editable=False, help_text=_("When it was applied.")
    )
    reverted_at = models.DateTimeField(
        _("reverted at"), null=True, blank=True, editable=False, help_text=_("When it was reverted.")
    )
    changeset = models.UUIDField(
        _("change set"), null=True, blank=True, editable=False, help_text=_("The change set that applied it.")
    )

    revision = models.PositiveIntegerField(
        _("revision"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_(
            "How often its lines or its state have changed: who acts on a page says which one he saw."
        ),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        """Its number and what it is called."""
        number = " ".join((gettext("Import"), str(self.pk)))
        return f"{number} · {self.title}" if self.title else number

    @property
    def key(self) -> str:
        """How URLs and changes name this import."""
        return str(self.pk)

    @property
    def never_applied(self) -> bool:
        """True when no rule ever came of it."""
        return self.changeset is None and self.state in (ImportState.DRAFT, ImportState.DISCARDED)


def title_of(text: str, name: str = "") -> str:
    """What a list is called: the name of its file, else its first line that says something."""
    title = name or next((line.strip() for line in text[:2_000].splitlines() if line.strip()), "")
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


class ImportLine(models.Model):
    """One token of a list: where it stood, how it was read, and what was decided about it."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        OPEN = "open", _("open")
        SKIPPED = "skipped", _("skipped")

    coverage_import = models.ForeignKey(
        CoverageImport,
        models.CASCADE,
        related_name="lines",
        verbose_name=_("import"),
        help_text=_("The list it stands in."),
    )
    line_no = models.PositiveIntegerField(_("line"), help_text=_("Line of the text, counted from 1."))
    position = models.PositiveIntegerField(_("position"), help_text=_("Place in the line, counted from 1."))
    start = models.PositiveIntegerField(
        _("start"), help_text=_("First character in the line, counted from 0.")
    )
    end = models.PositiveIntegerField(_("end"), help_text=_("Character after the last, counted from 0."))
    token = models.TextField(_("token"), help_text=_("As it stands in the text, for example 自贡市富顺县."))
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict, help_text=_("What the resolver made of it.")
    )
    result = models.JSONField(
        _("result"),
        default=dict,
        help_text=_("The resolver's whole answer: candidates, successors, evidence."),
    )
    decision = models.CharField(
        _("decision"),
        max_length=8,
        choices=Decision,
        default=Decision.OPEN,
        help_text=_("Accepted, skipped or still open."),
    )
    include = models.JSONField(
        _("include"), default=list, help_text=_("Codes of the regions that become include rules.")
    )
    exclude = models.JSONField(
        _("exclude"), default=list, help_text=_("Codes of the regions that become exclude rules.")
    )
    heading = models.TextField(
        _("heading"),
        blank=True,
        help_text=_("What stands over it, outermost first: headings, a label, the columns before it."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=7,
        choices=RuleKind,
        default=RuleKind.INCLUDE,
        help_text=_("What its heading makes of it: served, or not served."),
    )
    held = models.CharField(
        _("held"),
        max_length=13,
        choices=Held,
        blank=True,
        help_text=_(
            "Why a person has to look at it though it was read; empty when nothing speaks against it."
        ),
    )
    is_duplicate = models.BooleanField(
        _("duplicate"), default=False, help_text=_("An earlier line names the same regions.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_lines",
        verbose_name=_("decided by"),
        help_text=_("Who decided; empty when the reading was exact."),
    )
    decided_at = models.DateTimeField(
        _("decided at"), null=True, blank=True, help_text=_("When; empty when the reading was exact.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Why it was decided so."))
    shared = models.BooleanField(
        _("for all brands"),
        default=False,
        help_text=_("What was decided about these words is offered for every brand, not only for this one."),
    )

    class Meta:
        verbose_name = _("import line")
        verbose_name_plural = _("import lines")
        ordering = ["coverage_import", "line_no", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coverage_import", "line_no", "position"],
                name="import_line_unique",
                violation_error_message=_("This place of the list is taken."),
            )
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def mark(self) -> str:
        """Tells one decision about this line from another: who decides anew says which one he saw."""
        state = (
            str(self.decision),
            self.include,
            self.exclude,
            self.note,
            self.decided_by_id,
            str(self.decided_at),
        )
        return hashlib.blake2b(repr(state).encode(), digest_size=9).hexdigest()


RULE_FIELDS = {RuleKind.INCLUDE: "include", RuleKind.EXCLUDE: "exclude"}
