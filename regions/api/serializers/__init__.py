"""Each public record, described once: its members, their types, help and sources.

Lists, single records, answers, batches, `/numbers/`, `/changes/`, the files of `/export/`, spreadsheets and the OpenAPI
document are made of these; HSDS and schema.org are mappings of what they say. A door that shows fewer members names
those it leaves out (`but`), it never describes a record again. `regions/tests/test_told_once.py` changes every column of
every record and looks whether each door says so. Clients may ask for less: `brief`, `fields`, `omit`.
"""

from .base import ClockField, LevelField, Ref, SelectableFields, SlugRef, but, teller
from .changes import PUBLIC_KINDS, ChangeSerializer
from .directory import (
    BrandSerializer,
    CategorySerializer,
    CoverageRuleSerializer,
    OrganizationSerializer,
    PromiseSerializer,
    ServiceSerializer,
    SourceRef,
    SourceSerializer,
)
from .evidence import (
    DisputeSerializer,
    HotlineDetailSerializer,
    HotlineSerializer,
    OpenDisputeSerializer,
    PhoneNumberSerializer,
    VerificationSerializer,
)
from .outlets import OutletRef, OutletRuleSerializer, OutletSerializer, TelephoneSerializer
from .profile import BrandProfileSerializer, OwnHotlineSerializer, ServiceProfileSerializer
from .regions import (
    RegionDetailSerializer,
    RegionNameSerializer,
    RegionRef,
    RegionSerializer,
    ReleaseSerializer,
    SuccessionSerializer,
)

__all__ = [
    "PUBLIC_KINDS",
    "BrandProfileSerializer",
    "BrandSerializer",
    "CategorySerializer",
    "ChangeSerializer",
    "ClockField",
    "CoverageRuleSerializer",
    "DisputeSerializer",
    "HotlineDetailSerializer",
    "HotlineSerializer",
    "LevelField",
    "OpenDisputeSerializer",
    "OrganizationSerializer",
    "OutletRef",
    "OutletRuleSerializer",
    "OutletSerializer",
    "OwnHotlineSerializer",
    "PhoneNumberSerializer",
    "PromiseSerializer",
    "Ref",
    "RegionDetailSerializer",
    "RegionNameSerializer",
    "RegionRef",
    "RegionSerializer",
    "ReleaseSerializer",
    "SelectableFields",
    "ServiceProfileSerializer",
    "ServiceSerializer",
    "SlugRef",
    "SourceRef",
    "SourceSerializer",
    "SuccessionSerializer",
    "TelephoneSerializer",
    "VerificationSerializer",
    "but",
    "teller",
]
