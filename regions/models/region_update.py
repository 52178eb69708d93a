"""Updates of the region data that an editor brings in: kept, compared, activated on a day, and undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.choices import AnnouncedAction, UpdateState


class RegionUpdate(models.Model):
    """The files of an edition, or changes that were announced, from the day they come in.

    Nothing a reader sees changes before it is activated: the files and rows are kept here, not among the regions.
    `undo` holds what the rows were before, so that exactly this update can be taken back. Changes that were announced
    stand on top of every later edition until one knows them (`overtaken`).
    """

    name = models.CharField(
        _("name"), max_length=200, help_text=_("The edition, or what was announced; for example 2026-09-11.")
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=UpdateState,
        default=UpdateState.DRAFT,
        help_text=_("For example “waits for its day”."),
    )
    files = models.BinaryField(
        _("files"), null=True, editable=False, help_text=_("The edition's files as a ZIP archive.")
    )
    rows = models.JSONField(
        _("announced changes"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Rows with the columns of corrections.csv."),
    )
    day = models.DateField(
        _("day"), help_text=_("The edition's cut-off date, or the day on which a change takes effect.")
    )
    activate_on = models.DateField(
        _("activate on"), null=True, blank=True, help_text=_("The day on which it is activated by itself.")
    )
    move_rules = models.BooleanField(
        _("move the rules of whole territories"),
        default=False,
        help_text=_("Renames, recodes and upgrades take the rules along; all else asks."),
    )
    report = models.JSONField(
        _("comparison"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What it would do, as last compared."),
    )
    moved_towns = models.JSONField(
        _("townships that moved"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_(
            "Codes of the townships that went elsewhere, by the database key of the region they left."
        ),
    )
    undo = models.JSONField(
        _("rows before"), null=True, editable=False, help_text=_("What undoing restores.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="region_updates",
        editable=False,
        verbose_name=_("created by"),
        help_text=_("Who brought it in."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("When it came in."))
    activated_at = models.DateTimeField(
        _("activated at"), null=True, blank=True, editable=False, help_text=_("When its rows were written.")
    )
    changeset = models.UUIDField(
        _("change set"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The change set that activated it."),
    )

    class Meta:
        verbose_name = _("region update")
        verbose_name_plural = _("region data")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.say(self.name)

    @staticmethod
    def say(text: str) -> str:
        """A text that begins with the word of an announced change, in the reader's language; any other as it is."""
        word, _space, rest = text.partition(" ")
        return f"{AnnouncedAction(word).label} {rest}" if word in AnnouncedAction.values else text

    @property
    def key(self) -> str:
        """How commands name this update."""
        return str(self.pk)
