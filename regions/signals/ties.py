"""Which services belong together because the same organization stands behind them."""

from collections.abc import Iterable

from regions.models import Organization, Service


def behind(service: Service) -> dict[int, Organization]:
    """The organizations on record behind a service: the brand's owner and the service's operator."""
    found = (service.brand.owner, service.operator)
    return {organization.pk: organization for organization in found if organization is not None}


def in_common(one: Service, other: Service) -> Organization | None:
    """An organization that stands behind both, when one is on record."""
    mine, theirs = behind(one), behind(other)
    return next((mine[key] for key in mine if key in theirs), None)


def related(one: Service, other: Service) -> bool:
    """Services of one brand, or of brands with an owner or operator in common."""
    return one.brand_id == other.brand_id or in_common(one, other) is not None


def groups(services: Iterable[Service]) -> list[list[Service]]:
    """Services joined while they share a brand or an organization, directly or through others; largest first."""
    joined: list[tuple[set, list[Service]]] = []
    for service in services:
        ties = {("brand", service.brand_id)} | {("by", key) for key in behind(service)}
        members, apart = [service], []
        for other_ties, other_members in joined:
            if ties & other_ties:
                ties |= other_ties
                members = other_members + members
            else:
                apart.append((other_ties, other_members))
        joined = [*apart, (ties, members)]
    return sorted((members for _ties, members in joined), key=lambda members: (-len(members), members[0].pk))
