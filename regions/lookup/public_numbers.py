"""Numbers that belong to the public or to everybody's utilities, not to an appliance's brand: what they are for.

A household that wants a repair is told what it would reach there. Each line is what the office or company that answers
announces of its own number; where one says so, the act that opened or closed it stands beside it. Many lines of
departments are answered by 12345 today (State Council General Office, 国办发〔2020〕53号): none says more than what it is for.

The numbering plan (工信部信管〔2017〕68号) keeps 12 and three digits for public services of the whole country or a
province: of one that is not in the list no more is said than that.
"""

import re

from django.utils.translation import gettext_lazy as _

PUBLIC_NUMBERS = {
    # Emergencies, of the numbering plan (工信部信管〔2017〕68号).
    "110": _("the emergency number of the police"),
    "119": _("the emergency number of the fire brigade"),
    "120": _("the emergency number of the ambulance"),
    "122": _("the number for traffic accidents"),
    # Beijing's health commission, 2020: first aid is 120, 999 is left to the Red Cross for transports.
    "999": _("a number of the Red Cross in Beijing, for transports of patients; first aid is 120 everywhere"),
    # Telephone companies and their regulator.
    "114": _("directory enquiries of the telephone companies"),
    "10000": _("the customer service of China Telecom"),
    "10010": _("the customer service of China Unicom"),
    "10086": _("the customer service of China Mobile"),
    "10099": _("the customer service of China Broadnet"),
    "12300": _("the line for complaints about telephone companies"),
    "12321": _("the line for reports of nuisance calls and messages"),
    # Utilities and carriers: State Grid and Southern Power Grid, China Railway, China Post.
    "95598": _("the line of the power grid: outages, faults, bills"),
    "12306": _("the line of the railway: tickets and travellers"),
    "11183": _("the line of EMS, the express service of China Post"),
    "11185": _("the customer service of China Post"),
    "12305": _("the former line for complaints about post and parcels; since 2025 that is 12345"),
    "12326": _("the line for complaints about airlines and airports"),
    "12328": _("the line for transport: roads, buses, taxis"),
    # The government, the market, the law.
    "12315": _("the line for complaints of consumers, of the market regulator"),
    "12331": _("the former line for food and medicine; since 2019 that is 12315"),
    "12358": _("the former line for complaints about prices; since 2019 that is 12315"),
    "12365": _("the former line for the quality of goods; since 2019 that is 12315"),
    "12345": _("the government line of the city"),
    "12319": _("the line for the city's works: water, gas, streets, housing"),  # 建设部, 2003
    "12329": _("the line of the housing fund"),
    "12333": _("the line for work and social insurance"),
    "12348": _("the line for legal aid and advice"),
    "12350": _("the line for reports of dangers at work"),
    "12366": _("the line of the tax office"),
    "12369": _("the line for reports of pollution"),
    "12377": _("the line for reports of unlawful content on the internet"),
    "12378": _("the line for complaints about banks and insurers"),
    "12388": _("the line of the discipline inspection for reports about officials"),
    "12389": _("the line for reports about the police"),
    "12393": _("the line of the medical insurance"),
    "12110": _("the number for text messages to the police"),
    "12122": _("the line for motorways: traffic, rescue, tolls"),
    "12301": _("the line for travellers' complaints and advice"),
    "12309": _("the line of the procuratorates"),
    "12313": _("the line of the tobacco monopoly"),
    "12316": _("the line for farmers"),
    "12318": _("the line for reports about the culture market"),
    "12320": _("the line for health"),
    "12330": _("the line for intellectual property"),
    "12336": _("the line for reports about land and minerals"),
    "12338": _("the line for women's rights"),
    "12339": _("the line for reports about national security"),
    "12351": _("the line of the trade unions"),
    "12355": _("the line for young people, of the Youth League"),
    "12356": _("the line for psychological help"),
    "12360": _("the line of the customs"),
    "12363": _("the line for complaints of the users of banks, of the People's Bank"),
    "12367": _("the line of the immigration administration"),
    "12368": _("the line of the courts"),
    "12379": _("the number of warnings of the weather and of disasters"),
    "12380": _("the line for reports about the appointment of officials"),
    "12381": _("the line of the ministry of industry and information technology"),
    "12385": _("the line for people with disabilities"),
    "12386": _("the line of the investors, of the securities regulator"),
    "12395": _("the number for rescue at sea"),
    "12398": _("the line for complaints about electricity, oil and gas"),
    "96110": _("the line of the police against fraud"),
}

_OF_THE_PLAN = re.compile(r"12[0-9]{3}", re.ASCII)
_SOME_PUBLIC = _("a number of the public services, by the numbering plan; which is not on file here")


def public_use(digits: str) -> str:
    """What a number is for, if it belongs to the public; empty for all others."""
    known = PUBLIC_NUMBERS.get(digits, "")
    return str(known or (_SOME_PUBLIC if _OF_THE_PLAN.fullmatch(digits) else ""))
