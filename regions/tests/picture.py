"""`make picture`: draws the rooms and their imports (docs/house.svg) and writes their table into docs/house.md.

Both are made from the code by the same functions that the test of the layers uses; a test holds them fresh.
"""

import sys
from html import escape
from pathlib import Path

from .layers import LAYERS, MEANING, PURE, ROOT, rooms, says

DOCS = ROOT.parent / "docs"
BEGIN, END = "<!-- made by `make picture` -->\n", "<!-- end -->\n"
WIDTH, BAND, BOX, GAP, LETTER = 1160, 118, 34, 14, 8.2


def table(imports: dict[str, set[str]]) -> str:
    """The rooms from the ground up, as a table."""
    rows = ["| layer | room | what it is | imports |", "|---|---|---|---|"]
    for number, names in enumerate(LAYERS, 1):
        for room in sorted(names & imports.keys()):
            others = " ".join(sorted(imports[room])) or "–"
            pure = " *(pure)*" if room in PURE else ""
            rows.append(f"| {number} | `{room}`{pure} | {says(room).replace('|', '/')} | {others} |")
    return "\n".join(rows) + "\n"


def reduced(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Without the imports that a longer way says too: few enough lines to be looked at."""

    def reach(room: str, seen: set[str]) -> set[str]:
        for other in imports.get(room, set()) - seen:
            seen.add(other)
            reach(other, seen)
        return seen

    below = {room: reach(room, set()) for room in imports}
    return {
        room: {
            one
            for one in others
            if not any(
                one in below[other] and other not in below[one] and room not in below[other]
                for other in others - {one}
            )
        }
        for room, others in imports.items()
    }


def places(imports: dict[str, set[str]]) -> dict[str, tuple[float, float, float]]:
    """Room → left, top and width of its box; the ground is below."""
    found = {}
    for number, names in enumerate(LAYERS):
        row = sorted(names & imports.keys())
        widths = [len(room) * LETTER + 22 for room in row]
        left = (WIDTH - sum(widths) - GAP * (len(row) - 1)) / 2
        top = (len(LAYERS) - 1 - number) * BAND + 44
        for room, width in zip(row, widths, strict=True):
            found[room] = (left, top, width)
            left += width + GAP
    return found


def svg(imports: dict[str, set[str]]) -> str:
    at = places(imports)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {len(LAYERS) * BAND}" '
        'font-family="ui-monospace, monospace" font-size="13.5">',
        "<title>The rooms of regions/ and what they import</title>",
        f'<rect width="{WIDTH}" height="{len(LAYERS) * BAND}" fill="#fff"/>',
    ]
    for number, meaning in enumerate(MEANING):
        top = (len(LAYERS) - 1 - number) * BAND
        lines.append(
            f'<rect y="{top}" width="{WIDTH}" height="{BAND}" fill="{"#f4f6f8" if number % 2 else "#fff"}"/>'
        )
        lines.append(
            f'<text x="12" y="{top + 22}" fill="#57606a" font-size="12">{number + 1} · {escape(meaning.split(" (")[0])}</text>'
        )
    for room, others in sorted(reduced(imports).items()):
        for other in sorted(others):
            lines.append(_line(at[room], at[other]))
    for room, (left, top, width) in sorted(at.items()):
        style = ' font-style="italic"' if room in PURE else ""
        uses = escape(", ".join(sorted(imports[room])) or "nothing of ours")
        lines += [
            f'<g><title>{room} imports {uses}</title><rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{BOX}" '
            'rx="6" fill="#ddf4ff" stroke="#0969da"/>',
            f'<text x="{left + width / 2:.0f}" y="{top + 22}" text-anchor="middle"{style}>{room}</text></g>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _line(one: tuple[float, float, float], other: tuple[float, float, float]) -> str:
    """From the bottom of a box to the top of what it imports; within a layer a bow below both."""
    x, y = one[0] + one[2] / 2, one[1] + BOX
    to_x, to_y = other[0] + other[2] / 2, other[1]
    style = 'fill="none" stroke="#57606a" stroke-opacity=".55"'
    if one[1] == other[1]:
        low = y + 22
        return (
            f'<path d="M{x:.0f} {y:.0f} C{x:.0f} {low:.0f} {to_x:.0f} {low:.0f} {to_x:.0f} {y:.0f}" {style}/>'
        )
    bend = (to_y - y) / 2
    return f'<path d="M{x:.0f} {y:.0f} C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}" {style}/>'


def made() -> dict[Path, str]:
    """What both files should hold."""
    imports = rooms()
    page = DOCS / "house.md"
    head, rest = page.read_text("utf-8").split(BEGIN)
    return {page: head + BEGIN + table(imports) + END + rest.split(END)[1], DOCS / "house.svg": svg(imports)}


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT.parent)}\n")
