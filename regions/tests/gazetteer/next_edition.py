"""A small country and its next edition: an upgrade, a merger into an older district, a split, a carve-out, a rename."""

import io
import zipfile
from pathlib import Path

from regions.gazetteer.files import NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS

from .small import write_edition

BEFORE = {
    REGIONS: [
        "100000,country,,中华人民共和国,全国,zhonghua,1981-01-01,year,,",
        "330000,province,100000,浙江省,浙江,zhejiang,1981-01-01,year,,",
        "330100,prefecture,330000,杭州市,杭州,hangzhou,1981-01-01,year,,",
        "330102,county,330100,上城区,上城,shangcheng,1981-01-01,year,,",
        "330103,county,330100,下城区,下城,xiacheng,1981-01-01,year,,",
        "330106,county,330100,西湖区,西湖,xihu,1981-01-01,year,,",
        "330110,county,330100,余杭区,余杭,yuhang,2001-02-02,day,,",
        "330122,county,330100,桐庐县,桐庐,tongluxian,1981-01-01,year,,",
        "330127,county,330100,淳安县,淳安,chunanxian,1981-01-01,year,,",
    ],
    TOWNSHIPS: [
        "330102001,330102,湖滨街道,湖滨,hubin,,,,",
        "330103001,330103,长庆街道,长庆,changqing,,,,",
        "330106001,330106,灵隐街道,灵隐,lingyin,,,,",
        "330106109,330106,三墩镇,三墩,sandun,,,,",
        "330110001,330110,临平街道,临平,linping,,,,",
        "330110109,330110,径山镇,径山,jingshan,,,,",
        "330122100,330122,富春江镇,富春江,fuchunjiang,,,,",
    ],
    NAMES: ["330102,1981-01-01,上城,short,gazetteer"],
    SUCCESSIONS: [],
}
DAY = "2026-11-01"
ENDED = {"330103": "下城区", "330106": "西湖区", "330122": "桐庐县", "330127": "淳安县"}
TOWNS_ENDED = ["330103001", "330106109", "330110001", "330122100"]


def edition_before(folder: Path) -> Path:
    return write_edition(folder, edition="2026-01-01", change=lambda rows: rows.update(BEFORE))


def _after(rows) -> None:
    regions = [f"{line.rstrip(',')},{DAY},day" if line[:6] in ENDED else line for line in BEFORE[REGIONS]] + [
        f"330106,county,330100,新西湖区,新西湖,xinxihu,{DAY},day,,",
        f"330107,county,330100,三墩区,三墩,sandunqu,{DAY},day,,",
        f"330113,county,330100,临平区,临平,linping,{DAY},day,,",
        f"330115,county,330100,桐庐区,桐庐,tongluqu,{DAY},day,,",
        f"330127,county,330100,千岛湖县,千岛湖,qiandaohuxian,{DAY},day,,",
    ]
    towns = [
        f"{line.rstrip(',')},,,{DAY},day" if line[:9] in TOWNS_ENDED else line for line in BEFORE[TOWNSHIPS]
    ] + [
        f"330102002,330102,长庆街道,长庆,changqing,{DAY},day,,",
        f"330107001,330107,三墩街道,三墩,sandun,{DAY},day,,",
        f"330113001,330113,临平街道,临平,linping,{DAY},day,,",
        f"330115100,330115,富春江镇,富春江,fuchunjiang,{DAY},day,,",
    ]
    tail = f"{DAY},day,whole,浙函〔2026〕1号,notice"
    part = tail.replace("whole", "part")
    rows.update(
        {
            REGIONS: regions,
            TOWNSHIPS: towns,
            SUCCESSIONS: [
                f"330103,1981-01-01,330102,1981-01-01,merge,{tail}",
                f"330106,1981-01-01,330106,{DAY},split,{tail.replace('whole', 'most')}",
                f"330106,1981-01-01,330107,{DAY},split,{part}",
                f"330110,2001-02-02,330113,{DAY},transfer,{part}",
                f"330122,1981-01-01,330115,{DAY},upgrade,{tail}",
                f"330127,1981-01-01,330127,{DAY},rename,{tail}",
                f"330103001,,330102002,{DAY},recode,{tail}",
                f"330106109,,330107001,{DAY},upgrade,{tail}",
                f"330110001,,330113001,{DAY},recode,{tail}",
                f"330122100,,330115100,{DAY},recode,{tail}",
            ],
        }
    )


def edition_after(folder: Path, edition: str = "2026-11-02") -> Path:
    def change(rows):
        rows.update(BEFORE)
        _after(rows)

    return write_edition(folder, edition=edition, change=change)


def zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return out.getvalue()
