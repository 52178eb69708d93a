"""Text to regions, without a silent error. Pure Python; see docs/resolver.md.

from regions.resolver import load_default
load_default().resolve("自贡市富顺县").code        # '510322'
"""

from .normalize import normalize
from .resolver import Resolver, load_default
from .result import STATUSES, Result, Token

__all__ = ["STATUSES", "Resolver", "Result", "Token", "load_default", "normalize"]
