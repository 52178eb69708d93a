"""What a column of a store table is by its heading, Chinese or English. The last word says what it is; those before it, whose.

So 网点编号 is no name, 开业时间 are no hours and 邮箱地址 is no address, though each holds a word that such columns have.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

ABOVE = ("province", "city", "county", "township")
PERSON, PERSONS_TELEPHONE = "person", "person's telephone"
_LONGEST = 60  # characters of a heading that are looked at
_LATER = 1  # a heading that is taken where none says the same better

_PERSONS = re.compile(
    "联系人|负责人|店长|站长|经理|老板|法人|法定代表|姓名|师傅|工程师|技师|人员|经办|业务员|主管|身份证"
    r"|\b(contact person|contact name|contact|person|manager|owner|staff|technician|legal representative)\b"
)
_SHOP = "(?:售后|维修|服务|特约|授权|安装|体验)*(?:网点|门店|店铺|店面|门市|站点|中心站?|服务站|服务商|维修[点站部]|服务[点站部]|经销商|代理商|商户|商家|网店|分店)"
_WHOSE = f"(?:{_SHOP}|所在|所属|位于|行政|地址|省市)*"


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


# What it is, how well it says so (less is better), the whole heading.
_CHINESE = [
    ("telephone", 0, _any("(?!.*传真).*(?:电话|手机|热线|座机|固话|联系方式)(?:号码?)?", "(?:联系|客服|服务|咨询)号码?")),
    ("hours", 0, _any("(?!.*(?:停止|暂停)).*(?:营业|工作|服务|上班|上下班|开放|受理|接待|办公)时[间段]", "时间")),
    ("region", 0, _any(f"{_WHOSE}(?:行政区划|区划|区域|行政区|区县|国标)代码")),
    ("address", _LATER, _any("(?:注册|公司|办公|通讯|收[件货]|寄[件修]|邮寄|退货|总部).*地址")),
    ("address", 0, _any("(?!.*(?:邮箱|邮件|网络|电邮|网页|微信)).*(?:地址|位置|地点|所在地)")),
    ("province", 0, _any(f"{_WHOSE}(?:省|省份|省级|省市|省区|省市[区县]|省区市|直辖市)(?:名称?)?")),
    ("city", 0, _any(f"{_WHOSE}(?:市|城市|地市|地级市?|市州|州市|市级)(?:名称?)?")),
    ("county", 0, _any(f"{_WHOSE}(?:区|县|区县|县区|县市|市县|[区县]?[市县][区县]|行政区|县级)(?:名称?)?")),
    ("township", 0, _any(f"{_WHOSE}(?:乡镇|街道|镇|镇街|街镇|乡镇街道)(?:名称?)?")),
    ("name", 0, _any(f"(?:{_SHOP})?(?:名称|店名|名字|全称)", f"{_SHOP}名")),
    ("name", 1, _any(_SHOP)),
    ("name", 2, _any("(?:公司|单位|企业|机构|商号|客户)(?:名称|全称)?")),
]  # fmt: skip
_STORE = "(?:store|shop|outlet|station|branch|dealer|location|service (?:center|centre|point|station|provider)|workshop)"
_ENGLISH = [
    ("telephone", 0, _any(r"(?!.*fax).*\b(?:tele)?phones?(?: numbers?| no)?", r".*\b(?:tel|mobile|hotline|cell)(?: numbers?| no)?", "contact (?:numbers?|no)")),
    ("hours", 0, _any(r".*\bhours", "(?:opening|business|working|service) times?")),
    ("region", 0, _any("region", ".*(?:region|division) code", "adcode")),
    ("address", 0, _any(r"(?!.*\b(?:e ?mail|mail|web|ip|site)\b).*\baddress(?: line)?", "location", "street")),
    ("province", 0, _any("(?:.* )?province(?: name)?")),
    ("city", 0, _any("(?:.* )?(?:city|prefecture)(?: name)?")),
    ("county", 0, _any("(?:.* )?(?:county|district)(?: name)?")),
    ("township", 0, _any("town", "township", "subdistrict")),
    ("name", 0, _any("name", f"{_STORE} name", f"name of (?:the )?{_STORE}")),
    ("name", 1, _any(_STORE)),
    ("name", 2, _any("(?:company|organi[sz]ation)(?: name)?")),
]  # fmt: skip


def column_of(heading: str) -> tuple[str, int]:
    """What a heading calls its column, and how well it does (less is better); an empty word where nobody knows."""
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", _folded(heading))
    parts = re.findall(r"[\u4e00-\u9fff]+|[a-z]+(?:[ '.-]+[a-z]+)*", text)
    found = [said for part in parts if (said := _of_part(re.sub("['.-]+", " ", part)))]
    if _PERSONS.search(text):
        telephone = any(word == "telephone" for word, _rank in found)
        return (PERSONS_TELEPHONE if telephone else PERSON), 0
    order = ["telephone", *(word for word, _rank in found)]
    return min(found, key=lambda said: order.index(said[0]), default=("", 0))


def _folded(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading[:_LONGEST]).lower().replace("_", " ")
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)  # 电  话


def _of_part(part: str) -> tuple[str, int] | None:
    part = re.sub("^[及和与或]|[及和与或]$", "", " ".join(part.split()))
    known = _ENGLISH if part.isascii() else _CHINESE
    return next(((word, rank) for word, rank, said in known if said.fullmatch(part)), None)


_DAYS = re.compile(
    "工作日|周末|双休日|(?:法定)?节假日|(?:周|星期)[一二三四五六日天](?:[至到~-](?:周|星期)?[一二三四五六日天])?"
    r"|\b(?:weekdays?|weekends?|(?:public )?holidays?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"(?: ?- ?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)?)\b"
)
_REST = re.compile(r"[^()]*(?:休息|除外|照常|无休)[^()]*")


class HoursOf(NamedTuple):
    """What the heading of a column of hours says of all of them: the `days` that they are of, a `remark` behind them."""

    days: str = ""
    remark: str = ""

    @classmethod
    def read(cls, heading: str) -> "HoursOf":
        """工作日营业时间 speaks of some days; 营业时间（节假日休息） of all, with a remark."""
        text = _folded(heading)
        if rest := _REST.search(text.partition("(")[2]):
            return cls("", rest[0].strip())
        found = _DAYS.search(text)
        return cls(found[0] if found else "")

    def __call__(self, hours: str) -> str:
        return f"{self.days} {hours}{'，' if self.remark else ''}{self.remark}".strip() if hours else ""


@dataclass(slots=True)
class Header:
    """The columns of a table: where each stands, what their hours are hours of, and what is not read."""

    cells: list[str] = field(default_factory=list)
    columns: dict[str, list[int]] = field(default_factory=dict)
    hours_of: dict[int, "HoursOf"] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)  # of persons
    ignored: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        return [name for name in ("name", "address") if name not in self.columns]


def read_header(cells: list[str]) -> Header:
    """What a row says if it is a header. Of several columns of one thing that only one can be, the one that says it best."""
    header = Header([cell.strip() for cell in cells])
    said = [(at, heading, *column_of(heading)) for at, heading in enumerate(cells) if heading.strip()]
    words = {word for _at, _heading, word, _rank in said}
    best = {word: min(rank for *_, other, rank in said if other == word) for word in words}
    for at, heading, word, rank in said:
        if word == PERSONS_TELEPHONE and "telephone" not in words:
            word, rank = "telephone", 0
        if word in (PERSON, PERSONS_TELEPHONE):
            header.dropped.append(heading)
        elif (
            not word
            or rank > best.get(word, 0)
            or (word in header.columns and not _may_repeat(word, heading))
        ):
            header.ignored.append(heading)
        else:
            header.columns.setdefault(word, []).append(at)
            if word == "hours":
                header.hours_of[at] = HoursOf.read(heading)
    return header


def _may_repeat(word: str, heading: str) -> bool:
    return word == "telephone" or (word == "hours" and bool(HoursOf.read(heading).days))
