"""The promised order of an answer's hits, on invented directories: what is expected is sorted here, by the promise alone."""

import datetime
import itertools
import random

import pytest

from regions.models import Verification
from regions.services.disputes import accept_dispute, open_dispute
from regions.tests import factories

STATES = ["covered", "partly_covered", "excluded", "not_covered", "unknown"]
ALL = "&".join(f"state={state}" for state in STATES)
TODAY = datetime.date.today


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_hits_come_in_the_promised_order(api, regions, admin_user, seed):
    lots = random.Random(seed)
    kinds = list(itertools.product(STATES, ["plain", "verified", "disputed", "none"]))
    lots.shuffle(kinds)
    expected = []
    for place, (state, standing) in enumerate(kinds):
        service = factories.make_service(f"service-{place}", brand=f"brand-{place}")
        rules = {
            "covered": {"include": [regions["510300"]]},
            "partly_covered": {"include": [regions["510322"]]},
            "excluded": {"exclude": [regions["510300"]]},
            "not_covered": {"include": [regions["330104"]]}
            if "330104" in regions
            else {"include": [regions["110105"]]},
            "unknown": {},
        }[state]
        if rules:
            factories.make_rules(service, **rules)
        if standing != "none":
            hotline = factories.make_hotline(service, f"40018660{place:02}")
            if standing == "verified":
                Verification.objects.create(
                    hotline=hotline,
                    method="call",
                    result="confirmed",
                    checked_on=TODAY(),
                    checked_by=admin_user,
                    expires_on=TODAY() + datetime.timedelta(9),
                )
            if standing == "disputed":
                dispute = open_dispute(
                    hotline=hotline, reason="wrong_number", statement="打过去是别家"
                ).dispute
                accept_dispute(dispute=dispute, reason="像是真的", actor=admin_user)
        rank = {"verified": 0, "disputed": 2}.get(standing, 1)
        expected.append((STATES.index(state), rank, place, f"service-{place}"))
    found = []
    url = f"/api/v1/coverage/?region=510300&page_size=7&{ALL}"
    while url:
        (answer,) = api.get(url).json()["answers"]
        found += [hit["service"]["slug"] for hit in answer["results"]]
        url = answer["next"]
    assert found == [slug for *_rank, slug in sorted(expected)]
