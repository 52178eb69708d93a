"""Forms of the evidence desk."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions import access
from regions.choices import DisputeState, SourceKind, VerificationMethod, VerificationResult
from regions.codes import is_digits
from regions.models import Dispute, Hotline, Source, Verification
from regions.models.base import today
from regions.services import records
from regions.services.disputes import accept_dispute, answer_dispute, decide_dispute, held
from regions.services.slugs import free
from regions.services.verifications import record_verification

from .badges import link
from .forms import lost_update
from .kept import KeptForm
from .key_select import keys_only
from .look import DateWidget, Textarea, TextInput

# What a person can do; machines and decided disputes write their own.
METHODS = [
    (method.value, method.label)
    for method in VerificationMethod
    if method not in (VerificationMethod.MACHINE, VerificationMethod.DISPUTE)
]
# The kind of a source that is put on file together with a check.
KIND_OF_METHOD = {
    VerificationMethod.OFFICIAL_SITE: SourceKind.OFFICIAL_SITE,
    VerificationMethod.CALL: SourceKind.CALL,
    VerificationMethod.DOCUMENT: SourceKind.DOCUMENT,
    VerificationMethod.AUTHORITY: SourceKind.AUTHORITY,
}


class VerificationForm(KeptForm, forms.Form):
    """One check with its evidence: a source on file, or one that is put on file in the same step."""

    method = forms.ChoiceField(label=gettext_lazy("method"), choices=METHODS)
    result = forms.ChoiceField(
        label=gettext_lazy("result"), choices=VerificationResult.choices, widget=forms.RadioSelect
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("evidence"),
        queryset=Source.objects.all(),
        required=False,
        help_text=gettext_lazy("A source on file, or a new one:"),
    )
    new_title = forms.CharField(
        label=gettext_lazy("new source: title"),
        max_length=200,
        required=False,
        widget=TextInput,
        help_text=gettext_lazy("For example 品牌官网“联系我们”页."),
    )
    new_url = forms.URLField(
        label=gettext_lazy("new source: URL"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=TextInput,
        help_text=gettext_lazy("For example https://service.example.com/contact."),
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        max_length=300,
        required=False,
        widget=Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What was seen or heard, in a sentence."),
    )
    checked_on = forms.DateField(
        label=gettext_lazy("checked on"),
        initial=today,
        widget=DateWidget,
        help_text=gettext_lazy(
            "A day before today counts for past days too: it is recorded as a correction."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        source.widget = keys_only(AutocompleteSelect(Verification._meta.get_field("source"), admin.site))
        source.widget.choices = source.choices  # type: ignore[attr-defined]

    def clean(self):
        data = super().clean() or {}
        if data.get("new_title") and data.get("source"):
            raise ValidationError(_("Choose a source on file or give a new one, not both."))
        if data.get("new_url") and not data.get("new_title"):
            self.add_error("new_title", _("Give the new source a title."))
        return data

    def record(self, hotline: Hotline, actor) -> Verification:
        """Write the check, and its source where that is new. Raises ValidationError."""
        data = self.cleaned_data
        source = data["source"]
        if data["new_title"]:
            source = Source(
                slug=free(Source, f"check-{slugify(hotline.service.slug)[:40]}-{data['checked_on']:%Y%m%d}"),
                title=data["new_title"],
                url=data["new_url"],
                kind=KIND_OF_METHOD[data["method"]],
            )
            records.save(source, actor=actor)
        return record_verification(
            hotline=hotline,
            method=data["method"],
            result=data["result"],
            source=source,
            note=data["note"],
            checked_on=data["checked_on"],
            actor=actor,
        )


class DecisionForm(KeptForm, forms.ModelForm):
    """Answer an open dispute for the reported side, accept it as worth looking at, uphold or reject it.

    The words are public.
    """

    ACCEPT, ANSWER = "accept", "answer"
    DECISIONS = [
        (ANSWER, gettext_lazy("answer for the reported side (once)")),
        (ACCEPT, gettext_lazy("worth looking at")),
        *((state.value, state.label) for state in (DisputeState.UPHELD, DisputeState.REJECTED)),
    ]
    new_state = forms.ChoiceField(
        label=gettext_lazy("decision"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Worth looking at: the entry is disputed until it is decided. Upholding a dispute about a hotline marks the number as refuted, unless only hours, labels or names"
            " were wrong. A rejection stands until a report brings new evidence."
        ),
    )
    new_decision = forms.CharField(
        label=gettext_lazy("reason of the decision"),
        max_length=300,
        widget=Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Required; whoever knows the reference can read it. No names of people."),
    )

    # Where the directory stood when the page was made, and how many later statements and pages it showed.
    seen = forms.IntegerField(required=False, label="", widget=forms.HiddenInput)
    read = forms.IntegerField(required=False, label="", widget=forms.HiddenInput)
    position = 0
    refused: tuple[str, ...] = ()  # as of every form of a record

    class Meta:
        model = Dispute
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(seen=self.position, read=len(self.instance.further))
        done = {
            self.ACCEPT: self.instance.accepted_at,
            self.ANSWER: self.instance.answered_at,
        }
        self.fields["new_state"].choices = [  # type: ignore[attr-defined]
            choice for choice in self.DECISIONS if not done.get(choice[0])
        ]

    def _post_clean(self) -> None:
        """Nothing of the dispute itself is edited. It is held until the end: what came since the page was made is told first."""
        _subject, dispute = held(self.instance)
        if dispute.state != DisputeState.OPEN:
            return self.add_error(None, decided(dispute))
        for newer in lost_update(self.data, dispute):
            self.add_error(None, newer)
        read = self.data.get("read", "")
        if is_digits(read) and (later := later_reports(dispute)[int(read) :]):
            text = _("New reports came in while the page was open: %(reports)s")
            self.add_error(None, text % {"reports": " | ".join(later)})
        for said in self.refused:
            self.add_error(None, said)
        return None

    def decide(self, actor) -> Dispute:
        """Raises ValidationError, for instance when somebody else was faster."""
        if self.cleaned_data["new_state"] == self.ACCEPT:
            return accept_dispute(
                dispute=self.instance, reason=self.cleaned_data["new_decision"], actor=actor
            )
        if self.cleaned_data["new_state"] == self.ANSWER:
            return answer_dispute(
                dispute=self.instance, answer=self.cleaned_data["new_decision"], actor=actor
            )
        return decide_dispute(
            dispute=self.instance,
            state=self.cleaned_data["new_state"],
            decision=self.cleaned_data["new_decision"],
            actor=actor,
        )


def later_reports(dispute: Dispute) -> list[str]:
    """What later reports added, a line each."""
    return [
        " ".join(filter(None, (further.get("statement", ""), further.get("evidence_url", ""))))
        for further in dispute.further
    ]


def decided(dispute: Dispute) -> str:
    """By whom, when and how it was decided."""
    return _("%(who)s decided this on %(at)s: %(state)s. %(decision)s Nothing of yours is saved.") % {
        "who": dispute.decided_by or "—",
        "at": f"{timezone.localtime(dispute.decided_at):%Y-%m-%d %H:%M}" if dispute.decided_at else "—",
        "state": dispute.get_state_display(),
        "decision": dispute.decision,
    }


def gone_on(ended: Hotline, stands: Hotline) -> str:
    """What to tell whoever checked a claim that has gone on as another since: with a link to that one."""
    return format_html(
        _(
            "This claim ended on {}, while the page was open, and goes on as {}. Nothing is recorded yet: look whether what you found"
            " holds for that one, which this page shows now, and record it."
        ),
        ended.valid_to,
        link(reverse("admin:regions_hotline_change", args=[stands.pk]), stands.key),
    )


def call_script(hotline: Hotline) -> list[str]:
    """What to ask on the telephone, in order: who answers says first who he is, and nothing is put into his mouth."""
    service, hours = hotline.service, hotline.opening_hours
    extension = [_("ext."), hotline.extension] if hotline.extension else []
    said = {
        "number": " ".join([hotline.number.canonical, *extension]),
        "brand": service.brand.name,
        "category": service.category.name,
        "kind": service.get_kind_display(),
        "place": hotline.region.full_name if hotline.region else "",
        "hours": hours,
    }
    lines = [
        _("Call %(number)s (stated hours: %(hours)s).") if hours else _("Call %(number)s."),
        _("“Hello, whom have I reached?” Let them say who they are; do not name the brand first."),
        _("“Do you answer for %(brand)s? For %(category)s (%(kind)s)?”"),
        _("“Are you the brand's own service, or a workshop under contract? What is the company's name?”"),
        _("“Do you come to %(place)s?”")
        if hotline.region
        else _("“Do you come to …?” Ask about one place on the list and one that is not on it."),
        _("“When can one reach you?”"),
        _(
            "Give no name, address, code from a message or payment. Whoever asks for one is told no; write that down."
        ),
        _(
            "Confirmed only where they named the brand or the company themselves; otherwise inconclusive or refuted."
        ),
    ]
    return [line % said for line in lines]


def may_check(request, hotline: Hotline) -> bool:
    """True when the user may record a check of this hotline: the permission, and the brand."""
    return request.user.has_perm("regions.add_verification") and access.may_edit(
        request.user, hotline.service.brand
    )
