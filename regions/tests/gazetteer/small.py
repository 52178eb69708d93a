"""A small edition for tests: two provinces, a split, a rename and a few townships, written as files."""

import csv
import json
from pathlib import Path

from regions.gazetteer.files import COLUMNS, NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS, sha256

ROWS = {
    REGIONS: [
        "100000,country,,中华人民共和国,全国,zhonghua,1981-01-01,year,,",
        "330000,province,100000,浙江省,浙江,zhejiang,1981-01-01,year,,",
        "330100,prefecture,330000,杭州市,杭州,hangzhou,1981-01-01,year,,",
        "330102,county,330100,上城区,上城,shangcheng,1981-01-01,year,,",
        "330104,county,330100,江干区,江干,jianggan,1981-01-01,year,2021-03-11,day",
        "330114,county,330100,钱塘区,钱塘,qiantang,2021-03-11,day,,",
        "420000,province,100000,湖北省,湖北,hubei,1981-01-01,year,,",
        "420600,prefecture,420000,襄樊市,襄樊,xiangfan,1981-01-01,year,2010-01-01,year",
        "420600,prefecture,420000,襄阳市,襄阳,xiangyang,2010-01-01,year,,",
        "429004,county,420000,仙桃市,仙桃,xiantao,1994-01-01,year,,",
    ],
    TOWNSHIPS: [
        "330102001,330102,湖滨街道,湖滨,hubin,,,,",
        "429004100,429004,郑场镇,郑场,zhengchang,,,,",
    ],
    NAMES: [
        "330102,1981-01-01,上城,short,gazetteer",
        "420600,2010-01-01,襄阳,short,gazetteer",
    ],
    SUCCESSIONS: [
        "330104,1981-01-01,330102,1981-01-01,split,2021-03-11,day,most,国函〔2021〕29号,approval",
        "330104,1981-01-01,330114,2021-03-11,split,2021-03-11,day,part,国函〔2021〕29号,approval",
        "420600,1981-01-01,420600,2010-01-01,rename,2010-01-01,year,whole,,lists",
    ],
}


def write_edition(folder: Path, *, edition: str = "2026-01-01", change=None) -> Path:
    """Write the small edition; `change(rows)` may alter the lists of lines first."""
    rows = {name: list(lines) for name, lines in ROWS.items()}
    if change:
        change(rows)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in rows.items():
        text = "\n".join([",".join(COLUMNS[name]), *lines]) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    meta = {
        "edition": edition,
        "publisher": "民政部",
        "cut_off": edition,
        "licence": "CC BY 4.0",
        "sha256": {name: sha256(folder / name) for name in rows},
    }
    (folder / "edition.json").write_text(json.dumps(meta), encoding="utf-8")
    return folder


def replace(name: str, old: str, new: str):
    """A change for `write_edition`: replace text in the lines of one table."""

    def change(rows):
        rows[name] = [line.replace(old, new) for line in rows[name]]

    return change


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
