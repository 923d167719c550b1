"""The source tree as a graph: files, the rooms they are in, and what each includes."""
import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources():
    """All C++ files of the program and the library."""
    return sorted(path for folder in ("src", "include") for path in (ROOT / folder).rglob("*.[ch]pp"))


def room(path):
    """The room a file is in; the library's public headers declare what model defines."""
    parts = path.relative_to(ROOT).parts
    return "model" if parts[0] == "include" else parts[1] if len(parts) > 2 else "main"


@functools.cache
def included(path):
    """What a file includes: own files as paths, everything else by its name."""
    own, foreign = set(), set()
    for _, name in INCLUDE.findall(path.read_text()):
        found = [base / name for base in (ROOT / "src", ROOT / "include", path.parent) if (base / name).is_file()]
        if found:
            own.add(found[0].resolve())
        else:
            foreign.add(name)
    return own, foreign


def seen_by(path):
    """The names of all foreign headers that reach a file, also through others."""
    seen, foreign, waiting = set(), set(), [path]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            own, names = included(current)
            foreign |= names
            waiting.extend(own)
    return foreign
