from django.contrib.auth.management.commands.createsuperuser import Command as Djangos

from servicenet.management.recorded import Recorded


class Command(Recorded, Djangos):
    pass
