"""The house keeps its shape: arrows between rooms, few files with expensive headers, no long file."""
import pytest

from source_tree import ROOT, included, room, seen_by, sources

ARROWS = {
    "main": {"cli", "os"},
    "cli": {"config", "engine", "warm", "report", "terminal", "os", "demo"},
    "config": set(),
    "engine": {"net", "check"},
    "check": {"net"},
    "pool": {"engine", "net", "check"},
    "warm": {"pool", "engine", "net", "check"},
    "net": set(),
    "report": {"terminal"},
    "terminal": set(),
    "os": set(),
    "demo": {"os"},
    "model": set(),
}

# Libraries whose headers cost seconds of every file that sees them: how these begin, and how many files may include them.
EXPENSIVE = {"CLI/": 1, "spdlog/": 1, "nlohmann/": 3, "asio": 22}


@pytest.mark.parametrize("library", EXPENSIVE)
def test_an_expensive_library_is_included_by_few_files(library):
    users = [str(path.relative_to(ROOT)) for path in sources()
             if any(name.startswith(library) for name in included(path)[1])]
    assert users, f"no file includes {library} any more: take it out of this test"
    assert len(users) <= EXPENSIVE[library], "\n".join(users)


@pytest.mark.parametrize("library", [library for library in EXPENSIVE if library != "asio"])
def test_no_header_hands_an_expensive_library_on(library):
    assert not [path for path in sources()
                if path.suffix == ".hpp" and any(name.startswith(library) for name in included(path)[1])]


@pytest.mark.parametrize("quiet_room", ["report", "config"])
def test_what_knows_only_results_or_targets_does_not_see_asio(quiet_room):
    for path in sources():
        if room(path) == quiet_room:
            assert not [name for name in seen_by(path) if name.startswith("asio")], path


def all_files():
    endings = {".cpp", ".hpp", ".py", ".c", ".h"}
    return sources() + sorted(path for path in (ROOT / "tests").rglob("*") if path.suffix in endings)


def test_no_file_is_longer_than_400_lines():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in all_files()}
    assert not {name: lines for name, lines in lengths.items() if lines > 400}


def test_a_header_begins_with_a_sentence_about_itself():
    for path in sources():
        if path.suffix == ".hpp":
            lines = path.read_text().splitlines()
            first_code = next(i for i, line in enumerate(lines) if not line.startswith("//"))
            assert first_code > 0 and lines[first_code] == "#pragma once", path
