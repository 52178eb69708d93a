"""The rooms of the house and what each may import: the one place that tests and `make picture` read.

Only the standard library is used, so that the picture can be drawn without Django.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # regions/

# A room may import from its own layer and from those before it.
LAYERS = [
    {
        "choices",
        "frozen",
        "origin",
        "periods",
        "codes",
        "keys",
        "said",
        "texts",
        "sheets",
        "disk",
        "everybody",
        "resolver",
        "phones",
        "hours",
        "rehearsal",
        "round_trip",
        "standing",
        "gazetteer.files",
        "outlines",
    },
    {"pages"},
    {"models", "bulk"},
    {"position"},
    {"access", "wording", "gazetteer.active", "gazetteer.stored", "postings"},
    {"lookup", "signals"},
    {"services", "gazetteer", "fetch"},
    {"api", "admin", "web", "management", "templatetags", "apps"},
]
PURE = [
    "disk",
    "everybody",
    "origin",
    "periods",
    "codes",
    "keys",
    "said",
    "texts",
    "sheets",
    "resolver",
    "phones",
    "hours",
    "outlines",
    "pages",
]
# What a layer is, from the ground up.
MEANING = [
    "words, keys and readers that know nothing of Django's records (those in italics not even Django)",
    "a pasted page, read whole",
    "the records",
    "where the directory stands",
    "the gate, the words, the index over the rules",
    "questions and signals: reading",
    "writing: people's changes, editions of the regions, the network",
    "doors: API, admin, pages, commands",
]


def layer_of(module: str) -> int:
    """The layer of `regions.x.y`; the longest known name decides."""
    return next(number for number, names in enumerate(LAYERS) if room_of(module) in names)


def room_of(module: str) -> str:
    """The room of `regions.x.y`: the longest name that has a layer."""
    parts = module.split(".")[1:]
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        if any(name in names for names in LAYERS):
            return name
    raise AssertionError(f"{module} has no layer: give it one in LAYERS")


def modules() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts) and path != ROOT / "__init__.py"
    ]


def name_of(path: Path) -> str:
    """The module of a file, as imports write it."""
    return ".".join(["regions", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    """The modules of this project that a file imports, relative imports made absolute."""
    package = ["regions", *path.relative_to(ROOT).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= (
                {f"{module}.{alias.name}" for alias in node.names}
                if module in ("regions", "regions.gazetteer")
                else {module}
            )
    return {name for name in found if name.startswith("regions.")}


def rooms() -> dict[str, set[str]]:
    """Room → the other rooms it imports from."""
    found: dict[str, set[str]] = {}
    for path in modules():
        room = room_of(name_of(path))
        found.setdefault(room, set()).update(room_of(name) for name in imports_of(path))
    return {room: others - {room} for room, others in found.items()}


def says(room: str) -> str:
    """What a room says of itself: the first sentence of its docstring."""
    path = ROOT.joinpath(*room.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").strip()
