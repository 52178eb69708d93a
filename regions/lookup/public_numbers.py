"""Numbers that belong to the public or to everybody's utilities, not to an appliance's brand: what they are for.

A household that wants a repair is told what it would reach there. Each line is what the office or company that answers
announces of its own number; where one says so, the act that opened or closed it stands beside it. Many lines of
departments are answered by 12345 today (State Council General Office, 国办发〔2020〕53号): none says more than what it is for.
"""

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
    "96110": _("the line of the police against fraud"),
}
