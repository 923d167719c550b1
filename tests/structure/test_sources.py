"""The house keeps its shape: arrows between rooms, few files with expensive headers, no long file."""
import pytest

from source_tree import ROOT, included, room, seen_by, sources

ARROWS = {
    "main": {"cli", "os"},
    "cli": {"config", "engine", "report", "terminal", "os", "demo"},
    "config": set(),
    "engine": {"net"},
    "net": set(),
    "report": {"terminal"},
    "terminal": set(),
    "os": set(),
    "demo": {"os"},
    "model": set(),
}

# Libraries that cost seconds of every file that sees them: how their headers begin, and how many files may.
EXPENSIVE = {"CLI/": 1, "spdlog/": 1, "nlohmann/": 3, "asio": 15}


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_includes_only_its_own_room_the_model_and_where_an_arrow_points(path):
    allowed = ARROWS[room(path)] | {room(path), "model"}
    wrong = [str(other.relative_to(ROOT)) for other in included(path)[0] if room(other) not in allowed]
    assert not wrong, f"{room(path)} may include {', '.join(sorted(allowed))} only"


@pytest.mark.parametrize("library", EXPENSIVE)
def test_an_expensive_library_is_seen_by_few_files(library):
    seers = [str(path.relative_to(ROOT)) for path in sources()
             if path.suffix == ".cpp" and any(name.startswith(library) for name in seen_by(path))]
    assert seers, f"no file includes {library} any more: take it out of this test"
    assert len(seers) <= EXPENSIVE[library], "\n".join(seers)


@pytest.mark.parametrize("quiet_room", ["report", "config"])
def test_what_knows_only_results_or_targets_does_not_see_asio(quiet_room):
    for path in sources():
        if room(path) == quiet_room:
            assert not [name for name in seen_by(path) if name.startswith("asio")], path


def all_files():
    endings = {".cpp", ".hpp", ".py", ".c", ".h"}
    return sources() + sorted(path for path in (ROOT / "tests").rglob("*") if path.suffix in endings)


# The one table of codes is all text, and stays one table.
TABLES = {"src/model/failure.cpp"}


def test_no_file_is_longer_than_400_lines():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in all_files()}
    assert not {name: lines for name, lines in lengths.items() if lines > 400 and name not in TABLES}


def test_a_header_begins_with_a_sentence_about_itself():
    for path in sources():
        if path.suffix == ".hpp":
            lines = path.read_text().splitlines()
            first_code = next(i for i, line in enumerate(lines) if not line.startswith("//"))
            assert first_code > 0 and lines[first_code] == "#pragma once", path
