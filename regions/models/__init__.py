"""The directory's records. Import models from here: `from regions.models import Region`."""

from .api_key import ApiKey
from .base import named_by_slug
from .change import Change, ChangeSet
from .coverage import CoverageRule
from .dispute import Dispute
from .evidence import Source, Verification
from .hotline import Hotline
from .intake import CoverageImport, ImportLine
from .job import Job
from .number import PhoneNumber
from .outlet import Outlet, OutletRule, OutletService
from .posting import Posting, PostingIndex
from .region import Region, RegionName, Succession
from .region_update import RegionUpdate
from .release import Release
from .service import Brand, Category, Organization, Promise, Service

__all__ = [
    "ApiKey",
    "Brand",
    "Category",
    "Change",
    "ChangeSet",
    "CoverageImport",
    "CoverageRule",
    "Dispute",
    "Hotline",
    "ImportLine",
    "Job",
    "Organization",
    "Outlet",
    "OutletRule",
    "OutletService",
    "PhoneNumber",
    "Posting",
    "PostingIndex",
    "Promise",
    "Region",
    "RegionName",
    "RegionUpdate",
    "Release",
    "Service",
    "Source",
    "Succession",
    "Verification",
    "named_by_slug",
]
