"""What the answers in the words of HSDS 3.0 and of schema.org hold, for the API document."""

from typing import Any

Schema = dict[str, Any]


def _thing(always: Schema, **sometimes: Schema) -> Schema:
    """An object with the members that always come, and those that come where there is something to say."""
    return {"type": "object", "properties": always | sometimes, "required": list(always)}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _word(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
UUID: Schema = {"type": "string", "format": "uuid"}
URI: Schema = {"type": "string", "format": "uri"}
DATE: Schema = {"type": "string", "format": "date"}

# --- HSDS -------------------------------------------------------------------------------------------------------

_SCHEDULE_TIMES: Schema = {
    "notes": TEXT, "freq": _word("WEEKLY"), "byday": TEXT, "opens_at": TEXT, "closes_at": TEXT,
    "valid_from": DATE, "valid_to": DATE,
}  # fmt: skip
_HSDS_ORGANIZATION = _thing(
    {"id": UUID, "name": TEXT, "description": TEXT},
    alternate_name=TEXT,
    website=URI,
    organization_identifiers=_list(
        _thing({"id": UUID, "identifier_scheme": TEXT, "identifier_type": TEXT, "identifier": TEXT})
    ),
)
_HSDS_ADDRESS = _thing(
    {"id": UUID, "location_id": UUID}
    | dict.fromkeys(
        (
            "address_1",
            "address_2",
            "city",
            "region",
            "state_province",
            "postal_code",
            "country",
            "address_type",
        ),
        TEXT,
    )
)
_HSDS_LOCATION = _thing(
    {
        "id": UUID,
        "location_type": _word("physical"),
        "name": TEXT,
        "url": URI,
        "description": TEXT,
        "addresses": _list(_HSDS_ADDRESS),
    },
    longitude=NUMBER,
    latitude=NUMBER,
)
_HSDS_AT_LOCATION = _thing(
    {
        "id": UUID,
        "service_id": UUID,
        "location_id": UUID,
        "location": _HSDS_LOCATION,
        "phones": _list(
            _thing(
                {
                    "id": UUID,
                    "location_id": UUID,
                    "number": TEXT,
                    "type": _word("voice", "text", "fax"),
                    "description": TEXT,
                },
                extension=INTEGER,
            )
        ),
        "schedules": _list(
            _thing({"id": UUID, "service_at_location_id": UUID}, description=TEXT, **_SCHEDULE_TIMES)
        ),
    },
    description=TEXT,
)
HSDS_SERVICE = _thing(
    {
        "id": UUID,
        "organization_id": UUID,
        "name": TEXT,
        "status": _word("active"),
        "url": URI,
        "phones": _list(
            _thing(
                {
                    "id": UUID,
                    "service_id": UUID,
                    "number": TEXT,
                    "type": _word("voice", "text", "fax"),
                    "description": TEXT,
                },
                extension=INTEGER,
            )
        ),
        "schedules": _list(_thing({"id": UUID, "service_id": UUID, "description": TEXT}, **_SCHEDULE_TIMES)),
        "service_areas": _list(
            _thing(
                {"id": UUID, "service_id": UUID, "name": TEXT, "uri": URI},
                description=TEXT,
                attributes=_list(
                    _thing(
                        {
                            "id": UUID,
                            "link_type": _word("excludes"),
                            "link_entity": _word("service_area"),
                            "value": URI,
                        }
                    )
                ),
            )
        ),
        "service_at_locations": _list(_HSDS_AT_LOCATION),
        "organization": _HSDS_ORGANIZATION,
    },
    description=TEXT,
    application_process=TEXT,
    assured_date=DATE,
)

# --- schema.org -------------------------------------------------------------------------------------------------


def _of(kind: str, always: Schema, **sometimes: Schema) -> Schema:
    return _thing({"@type": _word(kind)} | always, **sometimes)


_CONTEXT: Schema = {"@context": _word("https://schema.org/")}
_IDENTIFIER = _of("PropertyValue", {"propertyID": TEXT, "value": TEXT})
_BRAND = _of("Brand", {"@id": URI, "name": TEXT}, alternateName=TEXT, url=URI)
_ORGANIZATION = _of("Organization", {"@id": URI, "name": TEXT}, identifier=_IDENTIFIER, url=URI)
_AREA = _of("AdministrativeArea", {"@id": URI, "name": TEXT, "identifier": _IDENTIFIER}, description=TEXT)
_HOURS = _list(
    _of(
        "OpeningHoursSpecification",
        {"opens": TEXT, "closes": TEXT},
        dayOfWeek={"oneOf": [URI, _list(URI)]},
        validFrom=DATE,
        validThrough=DATE,
    )
)
_CONTACT = _of(
    "ContactPoint",
    {"contactType": TEXT, "description": TEXT},
    telephone=TEXT,
    faxNumber=TEXT,
    areaServed=_AREA,
    hoursAvailable=_HOURS,
)
_BUSINESS = _of(
    "LocalBusiness",
    {
        "@id": URI,
        "name": TEXT,
        "address": _of("PostalAddress", {"streetAddress": TEXT, "addressCountry": TEXT}, addressRegion=TEXT),
        "description": TEXT,
    },
    containedInPlace=_AREA,
    geo=_of("GeoCoordinates", {"longitude": NUMBER, "latitude": NUMBER}),
    telephone=_list(TEXT),
    faxNumber=_list(TEXT),
    openingHoursSpecification=_HOURS,
    parentOrganization=_ORGANIZATION,
)
SCHEMA_ORG_SERVICE = _of(
    "Service",
    _CONTEXT
    | {
        "@id": URI,
        "name": TEXT,
        "serviceType": TEXT,
        "category": TEXT,
        "brand": _BRAND,
        "areaServed": _list(_AREA),
        "availableChannel": _list(
            _of(
                "ServiceChannel",
                {},
                servicePhone=_CONTACT,
                serviceSmsNumber=_CONTACT,
                serviceLocation=_BUSINESS,
                name=TEXT,
                serviceUrl=URI,
            )
        ),
    },
    description=TEXT,
    provider=_ORGANIZATION,
)
SCHEMA_ORG_BRAND = _thing(
    _CONTEXT
    | {
        "@graph": _list(
            {
                "oneOf": [
                    _BRAND,
                    _of("Service", {"@id": URI, "name": TEXT, "brand": _thing({"@id": URI})}),
                ]
            }
        )
    }
)
