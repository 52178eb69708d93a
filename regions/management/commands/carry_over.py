"""manage.py carry_over — coverage rules on abolished regions, and where they could go."""

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import transaction

from regions.codes import BadCode, read_code
from regions.keys import BadKey
from regions.lookup.carve_outs import all_doubts
from regions.management.answering import Answering
from regions.models import CoverageRule, Region
from regions.rehearsal import rehearsal
from regions.services.carry_over import carry_over, carry_over_all, proposals, stranded
from regions.wording import in_words


class Command(Answering):
    help = (
        "Lists coverage rules in force that stand on abolished regions. With --commit, carries over those whose region "
        "lives on with the same territory. A merger or a split needs a person: name the rule and where it goes with --rule and --to. "
        "Exit code 1 while rules are left that need a person."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--commit", action="store_true", help="Write; without it nothing changes.")
        parser.add_argument("--rule", metavar="KEY", help="One rule, by its key: service:region:first-day.")
        parser.add_argument("--to", nargs="+", metavar="CODE", help="The regions that rule goes to.")

    def handle(self, *args, **options) -> None:
        if bool(options["rule"]) != bool(options["to"]):
            raise CommandError("Give --rule and --to together, or neither.")
        with transaction.atomic() if options["commit"] else rehearsal():
            done, left = self._one(options) if options["rule"] else carry_over_all()
        for proposal in left:
            targets = ", ".join(str(successor.region) for successor in proposal.successors) or "–"
            self.stdout.write(
                f"{proposal.rule.key} {proposal.rule.region}: {proposal.needs_person}; {targets}"
            )
        for doubt in all_doubts():
            self.stdout.write(
                f"{doubt.rule.key} {doubt.rule.region}: a part went to {doubt.region} on {doubt.step.date}, the list is "
                "older; state a rule on the latter, either way"
            )
        self.stdout.write(f"created {done}, changed 0, unchanged {len(left)}, closed {done}, errors 0")
        if not options["commit"]:
            self.stdout.write("dry run: nothing was written; add --commit")
        if left:
            raise SystemExit(1)

    def _one(self, options) -> tuple[int, list]:
        try:
            rule = stranded().keyed(options["rule"]).get()
        except (BadKey, CoverageRule.DoesNotExist):
            raise CommandError(
                f"There is no rule {options['rule']} in force on an abolished region; the list without --rule names "
                "the keys."
            ) from None
        try:
            codes = {read_code(code) for code in options["to"]}
        except BadCode as error:
            raise CommandError(in_words(error)) from None
        regions = list(Region.objects.open().filter(code__in=codes))
        if missing := codes - {region.code for region in regions}:
            raise CommandError(f"Not a current region: {', '.join(sorted(missing))}.")
        try:
            carry_over(rule=rule, to=regions)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return 1, proposals()
