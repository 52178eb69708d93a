"""Numbers that belong to the public, not to a brand: emergencies, complaints, government lines.

What they are for, as their offices announce it: 110, 119, 120 and 122 are the emergency numbers of the numbering plan;
12315 market regulation, 12300 and 12321 the ministry of industry and information technology, 12345 the government of
the city, 96110 the police. A household that wants a repair is told what it would reach there.
"""

from django.utils.translation import gettext_lazy as _

PUBLIC_NUMBERS = {
    "110": _("the emergency number of the police"),
    "119": _("the emergency number of the fire brigade"),
    "120": _("the emergency number of the ambulance"),
    "122": _("the number for traffic accidents"),
    "12300": _("the line for complaints about telephone companies"),
    "12315": _("the line for complaints of consumers, of the market regulator"),
    "12321": _("the line for reports of nuisance calls and messages"),
    "12345": _("the government line of the city"),
    "96110": _("the line of the police against fraud"),
}
