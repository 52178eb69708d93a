"""The directory's records. Import models from here: `from regions.models import Region`."""

from .api_key import ApiKey
from .change import Change
from .coverage import CoverageRule
from .evidence import Dispute, Source, Verification
from .hotline import Hotline, HotlineHours, PhoneNumber
from .intake import CoverageImport, ImportLine
from .posting import Posting, PostingIndex
from .region import Region, RegionName, Succession
from .release import Release
from .service import Brand, Category, Organization, Promise, Service

__all__ = [
    "ApiKey",
    "Brand",
    "Category",
    "Change",
    "CoverageImport",
    "CoverageRule",
    "Dispute",
    "Hotline",
    "HotlineHours",
    "ImportLine",
    "Organization",
    "PhoneNumber",
    "Posting",
    "PostingIndex",
    "Promise",
    "Region",
    "RegionName",
    "Release",
    "Service",
    "Source",
    "Succession",
    "Verification",
]
