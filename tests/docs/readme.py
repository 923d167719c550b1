"""The README as its reader sees it: blocks of code, and the commands in them."""
import pathlib
import re

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def blocks(language):
    """The contents of all code blocks in that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)


def commands():
    """Every command that starts with the program's name, one a line."""
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("connprobe ")]
