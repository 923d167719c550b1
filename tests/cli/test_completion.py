"""The completion scripts, sourced in the shells that they are for."""
import re
import shutil
import signal
import subprocess

import pexpect
import pytest

SHELLS = ["bash", "zsh", "fish"]


@pytest.fixture(scope="module")
def script(connprobe, tmp_path_factory):
    """Writes the script of a shell to a file."""
    folder = tmp_path_factory.mktemp("completion")

    def write(shell):
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed")
        done = connprobe("completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        path = folder / f"_{shell}"
        path.write_text(done.stdout)
        return path

    return write


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "servers.json").write_text("[]")
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_has_no_fault_of_syntax(script, shell):
    assert subprocess.run([shell, "-n", script(shell)], capture_output=True).stderr == b""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_option_of_the_help(connprobe, script, shell):
    text = script(shell).read_text()
    for name in re.findall(r"^ +(?:-., |    )--([a-z-]+)", connprobe("--help").stdout, re.MULTILINE):
        wanted = f"-l {name} " if shell == "fish" else f"--{name}"
        assert wanted in text, name


def complete_bash(script, folder, *words):
    code = """
        source "$0"
        complete -p connprobe >/dev/null || exit 1
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _connprobe 2>/dev/null
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "--norc", "-c", code, script, *words], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def complete_fish(script, folder, *words):
    done = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, " ".join(words)],
                          capture_output=True, text=True, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return {line.split("\t")[0] for line in done.stdout.splitlines()}


CASES = [
    (["ex"], {"explain"}, {"demo"}),
    (["--ma"], {"--max-concurrent", "--max-attempts", "--max-latency"}, {"--tls"}),
    (["--color", "a"], {"auto", "always"}, {"never"}),
    (["--retry", ""], {"none", "fixed", "exponential"}, set()),
    (["db:1", "-o", "nd"], {"ndjson"}, {"json"}),
    (["-s", "serv"], {"servers.json"}, set()),
    (["--cacert", "serv"], {"servers.json"}, set()),
    (["explain", "connection_r"], {"connection_refused", "connection_reset"}, {"self_signed"}),
    (["completion", ""], {"bash", "zsh", "fish"}, {"--tls"}),
    (["demo", "--s"], {"--serve"}, {"--servers"}),
    (["explain", "--"], {"--help"}, {"--servers"}),
]


@pytest.mark.parametrize("words, offered, not_offered", CASES)
@pytest.mark.parametrize("complete", [complete_bash, complete_fish])
def test_words_are_completed(script, folder, complete, words, offered, not_offered):
    shell = complete.__name__.removeprefix("complete_")
    got = complete(script(shell), folder, "connprobe", *words)
    assert offered <= got and not (not_offered & got)


def test_bash_completes_after_an_equals_sign(script, folder):
    assert complete_bash(script("bash"), folder, "connprobe", "--color", "=", "al") == {"always"}
    assert complete_bash(script("bash"), folder, "connprobe", "--color", "=") == {"auto", "always", "never"}


@pytest.fixture
def zsh(script, folder):
    """An interactive zsh in a directory with one file, its completion loaded."""
    shell = pexpect.spawn("zsh", ["-f", "-i"], cwd=str(folder), encoding="utf-8", timeout=30, dimensions=(50, 200),
                          env={"PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": str(folder), "PS1": "ready> "})
    shell.expect_exact("ready> ")
    shell.sendline(f"unset zle_bracketed_paste; autoload -U compinit && compinit -u -D && source {script('zsh')}; echo load''ed")
    shell.expect_exact("loaded")
    shell.expect_exact("ready> ")
    yield shell
    shell.kill(signal.SIGKILL)
    shell.wait()


@pytest.mark.parametrize("line, completed", [
    ("connprobe expl", "connprobe explain "),
    ("connprobe --max-c", "connprobe --max-concurrent="),
    ("connprobe db:1 --color=al", "connprobe db:1 --color=always "),
    ("connprobe explain host_n", "connprobe explain host_not_found "),
    ("connprobe completion zs", "connprobe completion zsh "),
    ("connprobe -s serv", "connprobe -s servers.json "),
    ("connprobe db:1 -o nd", "connprobe db:1 -o ndjson "),
    ("connprobe demo --ser", "connprobe demo --serve "),
    ("connprobe wait db:1 -- zcomp", "connprobe wait db:1 -- zcompile "),
    ("connprobe wait db:1 -- cat serv", "connprobe wait db:1 -- cat servers.json "),
    ("connprobe wait db:1 --consec", "connprobe wait db:1 --consecutive="),
])
def test_zsh_completes_words(zsh, line, completed):
    zsh.send(line + "\t")
    zsh.expect_exact(completed.strip())


@pytest.mark.parametrize("command", ["wait", "warm"])
@pytest.mark.parametrize("line, offset", [("db:1 -- ec", 4), ("db:1 -- env -- ec", 4), ("-- ec", 3)])
def test_bash_completes_what_follows_the_hyphens_as_a_command(script, command, line, offset):
    """By the function that the package bash-completion has for it."""
    words = ["connprobe", command, *line.split()]
    code = """
        _command_offset() { COMPREPLY=("offset $1"); }
        source "$0"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _connprobe; echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "--norc", "-c", code, script("bash"), *words], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"offset {offset}\n", "")


def test_bash_offers_nothing_of_its_own_after_the_hyphens(script, folder):
    assert complete_bash(script("bash"), folder, "connprobe", "wait", "db:1", "--", "ls", "--") == set()
    assert "--down" in complete_bash(script("bash"), folder, "connprobe", "wait", "db:1", "--d")
    assert "--color" in complete_bash(script("bash"), folder, "connprobe", "db:1", "--", "--co")
