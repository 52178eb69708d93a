"""manage.py check_regions: look for faults in the region tree and its successions."""

from django.core.management.base import BaseCommand, CommandError

from regions.gazetteer.check import FAULTS, NOTES, Tree


class Command(BaseCommand):
    help = "Look for orphans, cycles, wrong parents, codes current twice and successors that lead nowhere."

    def handle(self, **options):
        tree = Tree.stored()
        if not tree.rows:
            raise CommandError("There are no regions. Run: manage.py load_regions --commit")
        faults = 0
        for title, check in FAULTS.items():
            found = check(tree)
            faults += len(found)
            self._print(title, found)
        for title, check in NOTES.items():
            self._print(title, check(tree))
        summary = f"{len(tree.rows)} regions, {len(tree.edges)} successions, faults {faults}"
        if faults:
            raise CommandError(f"{summary}. Load a sound edition: manage.py load_regions --commit")
        self.stdout.write(summary)

    def _print(self, title, found):
        self.stdout.write(f"{title}: {len(found)}")
        for sentence in sorted(found)[:100]:
            self.stdout.write(f"  {sentence}")
        if len(found) > 100:
            self.stdout.write(f"  … and {len(found) - 100} more")
