"""Every closed vocabulary of the directory, once. Values are what the API, the CSV files and the database say."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """The level of a division in GB/T 2260 and GB/T 10114; a parent may be any higher level."""

    COUNTRY = 0, _("country")
    PROVINCE = 1, _("province")
    PREFECTURE = 2, _("prefecture")
    COUNTY = 3, _("county")
    TOWNSHIP = 4, _("township")

    @property
    def word(self) -> str:
        """The English word used in the API and in CSV files."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Level":
        """The level for `country`, `province`, …; ValueError lists the words."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not a level; use one of: {', '.join(cls.words())}") from None

    @classmethod
    def words(cls) -> list[str]:
        return [level.word for level in cls]


class Precision(TextChoices):
    DAY = "day", _("to the day")
    YEAR = "year", _("to the year")


class NameKind(TextChoices):
    SHORT = "short", _("short")
    TYPED = "typed", _("short with type")
    FORMER = "former", _("former")
    COLLOQUIAL = "colloquial", _("colloquial")
    ROMANISED = "romanised", _("in Latin letters")
    DECIDED = "decided", _("as decided about a list")


class SuccessionKind(TextChoices):
    RENAME = "rename", _("renamed")
    RECODE = "recode", _("recoded")
    UPGRADE = "upgrade", _("changed in kind")
    MERGE = "merge", _("merged")
    SPLIT = "split", _("split")
    TRANSFER = "transfer", _("transferred")


class Share(TextChoices):
    WHOLE = "whole", _("whole")
    MOST = "most", _("most")
    PART = "part", _("part")


class ReleaseState(TextChoices):
    ACTIVE = "active", _("active")
    RETIRED = "retired", _("retired")


class UpdateState(TextChoices):
    DRAFT = "draft", _("draft")
    WAITING = "waiting", _("waits for its day")
    ACTIVE = "active", _("active")
    UNDONE = "undone", _("undone")
    OVERTAKEN = "overtaken", _("overtaken")
    DISCARDED = "discarded", _("discarded")


class AnnouncedAction(TextChoices):
    """What an announced change does: the words of corrections.csv, and how people read them."""

    RENAME = "rename", _("renamed:")
    RECODE = "recode", _("recoded:")
    UPGRADE = "upgrade", _("changed in kind:")
    MERGE = "merge", _("merged:")
    SPLIT = "split", _("split:")
    CARVE_OUT = "carve-out", _("carved out:")
    TOWN = "town", _("township goes elsewhere:")


class ServiceKind(TextChoices):
    REPAIR = "repair", _("repair")
    INSTALLATION = "installation", _("installation")
    MAINTENANCE = "maintenance", _("maintenance")
    CLEANING = "cleaning", _("cleaning")
    RECYCLING = "recycling", _("recycling")
    ADVICE = "advice", _("advice")
    OTHER = "other", _("other")


class Held(TextChoices):
    """Why a line of a list waits for a person though its words were read."""

    HEADING = "heading", _("its heading is not understood")
    NOT_YET = "not-yet", _("said to be planned, not served today")
    CONTINUED = "continued", _("stands after a list of what is not served")
    PARENT = "parent", _("the place it stands under is not known")
    ADDRESS = "address", _("an address, not a whole place")
    NOTE = "note", _("a remark beside it is not understood")
    TABLE = "table", _("its cell in the table is empty")
    OTHER_SERVICE = "other-service", _("belongs to another service of the page")
    CLAIMED = "claimed", _("another brand claims its number")


class PromiseKind(TextChoices):
    RESPONSE_TIME = "response_time", _("response time")
    AVAILABILITY = "availability", _("availability")
    WARRANTY = "warranty", _("warranty")
    GENUINE_PARTS = "genuine_parts", _("genuine parts")
    PRICE = "price", _("price transparency")
    ON_SITE = "on_site", _("visits at home")
    RECORDS = "records", _("service records")
    TRAINING = "training", _("staff training")
    CHANNELS = "channels", _("ways to get in touch")
    OTHER = "other", _("other")


class PhoneKind(TextChoices):
    """Kinds of numbers under the national numbering plan; the rules stand in `phones.py`."""

    TOLL_FREE_400 = "toll_free_400", _("400 number")
    TOLL_FREE_800 = "toll_free_800", _("800 number")
    SHORT_95 = "short_95", _("95 short code")
    SHORT_96 = "short_96", _("96 short code (per province)")
    SHORT_12 = "short_12", _("12 short code")
    CODE_1010 = "code_1010", _("1010 number")
    CODE_9510 = "code_9510", _("9510 number")
    FIXED = "fixed", _("fixed line")
    MOBILE = "mobile", _("mobile")
    OTHER = "other", _("other")


class ContactType(TextChoices):
    """schema.org `contactType`."""

    CUSTOMER_SERVICE = "customer_service", _("customer service")
    REPAIR = "repair", _("repair")
    INSTALLATION = "installation", _("installation")
    COMPLAINTS = "complaints", _("complaints")
    SALES = "sales", _("sales")
    EMERGENCY = "emergency", _("emergency")


# Who calls numbers of these kinds wants something else than a repair.
NOT_FOR_REPAIRS = (ContactType.SALES, ContactType.COMPLAINTS)


class Channel(TextChoices):
    PHONE = "phone", _("telephone")
    SMS = "sms", _("text message")
    FAX = "fax", _("fax")


class OutletKind(TextChoices):
    """Who runs an outlet, by whose word."""

    OWN = "own", _("run by the brand")
    CONTRACTED = "contracted", _("under contract with the brand")
    CLAIMED = "claimed", _("claimed by a page")


class CoordinateSystem(TextChoices):
    """Of a point; maps in China shift theirs (`regions.outlines.gcj`)."""

    WGS84 = "wgs84", _("WGS-84 (satellites)")
    GCJ02 = "gcj02", _("GCJ-02 (Chinese maps)")


class HotlineStatus(TextChoices):
    """Computed, never typed; what takes precedence stands in `models/hotline.py`."""

    DISPUTED = "disputed", _("disputed")
    REFUTED = "refuted", _("refuted")
    VERIFIED = "verified", _("verified")
    EXPIRED = "expired", _("verification expired")
    ATTESTED = "attested", _("attested by the brand")
    UNVERIFIED = "unverified", _("unverified")
    UPCOMING = "upcoming", _("not valid yet")
    ENDED = "ended", _("ended")


# Numbers of which somebody checked that they belong to the brand, or the brand says so itself.
TRUSTED = (HotlineStatus.VERIFIED, HotlineStatus.ATTESTED)

# Claims that do not hold on the day: answered nowhere but where all claims on a number are told.
NOT_STANDING = (HotlineStatus.UPCOMING, HotlineStatus.ENDED)


class RuleKind(TextChoices):
    INCLUDE = "include", _("include")
    EXCLUDE = "exclude", _("exclude")


class AnswerState(TextChoices):
    """What is true of one service in one region on one day."""

    COVERED = "covered", _("covered")
    PARTLY_COVERED = "partly_covered", _("partly covered")
    EXCLUDED = "excluded", _("excluded")
    NOT_COVERED = "not_covered", _("not on the list")
    UNKNOWN = "unknown", _("no list on file")


class QuestionState(TextChoices):
    """What became of the question itself."""

    OK = "ok", _("answered")
    AMBIGUOUS = "ambiguous", _("several places have this name")
    HISTORICAL = "historical", _("abolished; answered for its successors")
    UNDATED = "undated", _("changed in the course of that year; answered for both sides")
    PARTIAL = "partial", _("only a wider region is certain; answered for that")
    SEVERAL = "several", _("several regions named; answered for each")
    CONFLICT = "conflict", _("the names contradict each other")
    UNKNOWN_REGION = "unknown_region", _("no such region")


class Verdict(TextChoices):
    """What the resolver makes of a text."""

    RESOLVED = "resolved", _("resolved")
    HISTORICAL = "historical", _("historical")
    AMBIGUOUS = "ambiguous", _("ambiguous")
    CONFLICT = "conflict", _("conflict")
    PARTIAL = "partial", _("partial")
    SUGGESTION = "suggestion", _("suggestion")
    RULES = "rules", _("rules")
    UNKNOWN = "unknown", _("unknown")


class SourceKind(TextChoices):
    OFFICIAL_SITE = "official_site", _("the brand's own site")
    AUTHORITY = "authority", _("public authority")
    DOCUMENT = "document", _("document")
    CALL = "call", _("telephone call")
    WEB_PAGE = "web_page", _("web page of others")
    USER_REPORT = "user_report", _("user report")
    IMPORT = "import", _("pasted list")


class VerificationMethod(TextChoices):
    OFFICIAL_SITE = "official_site", _("compared with the brand's own site")
    CALL = "call", _("called")
    DOCUMENT = "document", _("document seen")
    AUTHORITY = "authority", _("public authority's record")
    MACHINE = "machine", _("compared by machine")
    DISPUTE = "dispute", _("decided dispute")


class VerificationResult(TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    REFUTED = "refuted", _("refuted")
    INCONCLUSIVE = "inconclusive", _("inconclusive")


class DisputeState(TextChoices):
    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")


class DisputeReason(TextChoices):
    WRONG_NUMBER = "wrong_number", _("the number belongs to someone else")
    NOT_IN_SERVICE = "not_in_service", _("the number is out of service")
    NOT_COVERED = "not_covered", _("the place is not served")
    WRONG_DETAILS = "wrong_details", _("hours, labels or names are wrong")
    OTHER = "other", _("other")


class SignalCode(TextChoices):
    """Every signal, by the family that computes it. The rules stand in docs/evidence.md."""

    NUMBER_SHARED = "number_shared", _("number shared by unrelated brands")
    NUMBER_MOVED = "number_moved", _("number seen with another brand before")
    NEVER_VERIFIED = "never_verified", _("never verified")
    VERIFICATION_EXPIRED = "verification_expired", _("verification expired")
    SOURCE_CHANGED = "source_changed", _("source changed since the check")
    CONFIRMED_NUMBER_DIFFERS = "confirmed_number_differs", _("the brand's confirmed number is another")
    ENDED_STILL_PRINTED = "ended_still_printed", _("ended number still printed by a page seen later")
    RINGS_ELSEWHERE = "rings_elsewhere", _("local number of a place the service does not cover")
    SEVERAL_LABELS = "several_labels", _("one number under several names")
    LIST_MARKS = "list_marks", _("one number listed as several")
    SEVERAL_GROUPINGS = "several_groupings", _("same digits in several groupings")
    NATIONWIDE_NOT_LISTED = "nationwide_not_listed", _("claims the whole country, lists less")
    ABOLISHED_PLACES = "abolished_places", _("lists places that no longer exist")
    SCATTERED_LIST = "scattered_list", _("list scattered like a random draw")
    LIST_LIKE_OTHER_BRAND = "list_like_other_brand", _("list nearly equal to another brand's")


class Severity(TextChoices):
    """What a signal says of the records: they contradict each other, they want a check, they are written oddly."""

    CONTRADICTS = "contradicts", _("contradicts something on file")
    CHECK = "check", _("wants a check")
    WRITING = "writing", _("how it is written")


SEVERITY_OF: dict[SignalCode, Severity] = {
    **dict.fromkeys(
        (
            SignalCode.NUMBER_SHARED,
            SignalCode.NUMBER_MOVED,
            SignalCode.CONFIRMED_NUMBER_DIFFERS,
            SignalCode.ENDED_STILL_PRINTED,
            SignalCode.RINGS_ELSEWHERE,
            SignalCode.NATIONWIDE_NOT_LISTED,
            SignalCode.LIST_LIKE_OTHER_BRAND,
        ),
        Severity.CONTRADICTS,
    ),
    **dict.fromkeys(
        (
            SignalCode.NEVER_VERIFIED,
            SignalCode.VERIFICATION_EXPIRED,
            SignalCode.SOURCE_CHANGED,
            SignalCode.ABOLISHED_PLACES,
            SignalCode.SCATTERED_LIST,
        ),
        Severity.CHECK,
    ),
    **dict.fromkeys(
        (SignalCode.SEVERAL_LABELS, SignalCode.LIST_MARKS, SignalCode.SEVERAL_GROUPINGS), Severity.WRITING
    ),
}


class ImportMode(TextChoices):
    ADD = "add", _("add to the list")
    REPLACE = "replace", _("replace this service's list")
    OUTLETS = "outlets", _("a table of outlets")


class ImportState(TextChoices):
    DRAFT = "draft", _("draft")
    APPLIED = "applied", _("applied")
    REVERTED = "reverted", _("reverted")
    DISCARDED = "discarded", _("discarded")


class Effect(TextChoices):
    """What applying an import would do about one region, line or outlet; the order is that of the preview."""

    OPEN = "open", _("needs a person")
    CONTRADICTING = "contradicting", _("contradicts what stands")
    CLOSED = "closed", _("would be closed")
    REDUNDANT = "redundant", _("needs no rule of its own")
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    GONE = "gone", _("no longer named")
    UNCHANGED = "unchanged", _("already there")
    SKIPPED = "skipped", _("skipped")


class OutletReach(TextChoices):
    """Why an outlet is named for a place; the order is that of the answer."""

    OWN = "own_rules", _("its own rules include the place")
    PART = "own_rules_in_part", _("its own rules include a part of the place")
    HERE = "located", _("it lies there")


class ChangeAction(TextChoices):
    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")


class Door(TextChoices):
    """By which way a change set was written."""

    FORM = "form", _("form")
    ACTION = "action", _("several at once")
    TREE = "tree", _("edited as a tree")
    SHEET = "sheet", _("spreadsheet")
    IMPORT = "import", _("import")
    CARRY_OVER = "carry-over", _("carried over")
    EDITION = "edition", _("region data")
    CHECK = "check", _("check")
    REPORT = "report", _("report")
    UNDO = "undo", _("undo")
    API = "api", _("API")
    PAGE = "page", _("public page")
    COMMAND = "command", _("command")


class JobKind(TextChoices):
    """Work that may take minutes."""

    PREVIEW = "preview", _("preview of a table")
    TABLE = "table", _("table is written")
    APPLY = "apply", _("list is applied")
    REVERT = "revert", _("list is reverted")
    UNDO = "undo", _("change set is undone")
    END = "end", _("rules are closed")


class JobState(TextChoices):
    WAITING = "waiting", _("waits for its turn")
    RUNNING = "running", _("is being done")
    DONE = "done", _("job is done")
    REFUSED = "refused", _("refused, nothing is written")
    BROKEN = "broken", _("broke off, nothing is written")
    CANCELLED = "cancelled", _("cancelled, nothing is written")


class KeyRole(TextChoices):
    READ = "read", _("read")
    WRITE = "write", _("write")
