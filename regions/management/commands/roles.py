"""manage.py roles — groups ready to give: 名录主管, 品牌维护员, 核实员, 只读."""

from regions.management.answering import Answering
from regions.services.roles import make_roles


class Command(Answering):
    help = (
        "Makes the groups 名录主管, 品牌维护员, 核实员 and 只读 with exactly the permissions they need, or brings them back "
        "to that. Other groups are left alone. Safe to run again. A dry run unless --commit is given."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--commit", action="store_true", help="write; without it nothing is written")

    def handle(self, *args, **options) -> None:
        outcome = make_roles(commit=options["commit"])
        for name, words in outcome.differences.items():
            self.stdout.write(f"{name}: {' '.join(words)}")
        self.stdout.write(str(outcome))
        if not options["commit"]:
            self.stdout.write("dry run: nothing was written; add --commit")
