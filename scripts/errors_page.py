"""The manual page connprobe-errors(7), written from what `connprobe explain` says."""
import re
import textwrap

HEAD = """\
.\\" Written by scripts/check-names --fix from src/model/codes: do not change it here.
.Dd {date}
.Dt CONNPROBE-ERRORS 7
.Os
.Sh NAME
.Nm connprobe-errors
.Nd what the failure codes of connprobe mean, and what to do
.Sh DESCRIPTION
Every failure that
.Xr connprobe 1
reports has a code.
This page says of each what it means, its usual causes, the most likely first,
what to try, and the commands with which to look further.
.Ic connprobe explain Ar code
prints the same.
.Pp
A code marked
.Dq not retried
is not tried again by
.Fl -retry
unless a
.Fl -retry-rule
says so: waiting does not heal it.
.Pp
In the commands
.Ar HOST , PORT
and
.Ar ADDRESS
stand for where the server is,
.Ar NAME
for the name that its certificate must hold,
.Ar PROTOCOL
for that of
.Fl -starttls ,
.Ar TARGET
for the target as it is given to
.Xr connprobe 1 ,
.Ar URL
for the same with http or https,
.Ar PATH
for a unix socket,
.Ar USER
for the user of the check,
.Ar PROXY , PROXYHOST
and
.Ar PROXYPORT
for the proxy;
what stands in brackets may be left out.
Below its table
.Xr connprobe 1
prints them with the facts of the first server of each code.
"""

TAIL = """\
.Sh SEE ALSO
.Xr connprobe 1 ,
.Xr connprobe-warm 1 ,
.Xr connprobe-servers 5
"""


def _argument(text):
    return '"' + text.replace("\\", "\\e").replace('"', "\\(dq") + '"'


def _prose(text):
    """Sentences, each on lines of its own, commands between backticks set as such."""
    lines = []
    pieces = text.split("`")
    for number, piece in enumerate(pieces):
        if number % 2:
            closing = re.match(r"[,.;:)?]*", pieces[number + 1])[0]
            pieces[number + 1] = pieces[number + 1][len(closing):]
            opening = "( " if lines and lines[-1].endswith("(") else ""
            if opening:
                lines[-1] = lines[-1][:-1].rstrip()
                if not lines[-1]:
                    lines.pop()
            lines.append(f".Li {opening}{_argument(piece)} {' '.join(closing)}".rstrip())
            continue
        for sentence in re.split(r"(?<=[.;:]) ", piece.strip()):
            escaped = sentence.replace("\\", "\\e")
            for line in textwrap.wrap(escaped, 78, break_on_hyphens=False, break_long_words=False):
                lines.append("\\&" + line if line[0] in ".'" else line)
    return lines


def _literal(line):
    """A command that may be too long for a line of the source."""
    escaped = line.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped[0] in ".'" else escaped


def _entry(code, retried, explanation):
    """One code, from the text of `connprobe explain CODE`."""
    _, *paragraphs = re.split(r"\n\n", explanation.strip("\n"))
    lines = [f".Ss {code}" + ("" if retried else " Pq not retried")]
    for number, paragraph in enumerate(paragraphs):
        text = textwrap.dedent(paragraph)
        if text.startswith("Commands:\n"):
            lines += [".Bd -literal -offset indent", *map(_literal, textwrap.dedent(text.split("\n", 1)[1]).split("\n")), ".Ed"]
            continue
        lines += [".Pp"] * (number > 0) + _prose(" ".join(text.split("\n")))
    return lines


def page(classes, explain, date):
    """`classes` as the list of `connprobe explain` has them: {class: {code: (retried, meaning)}}."""
    lines = []
    for name, codes in classes.items():
        lines.append(f".Sh CLASS {name.upper()}")
        for code, (retried, _) in codes.items():
            lines += _entry(code, retried, explain(code))
    return HEAD.format(date=date) + "\n".join(lines) + "\n" + TAIL
