"""Servers from the distribution, each started once, on a free port, as a user without rights."""
import glob
import os
import re
import shutil
import subprocess

import pytest

from support import processes, tls


class Daemon:
    """A running server: its ports by purpose, and its log."""

    def __init__(self, log, **ports):
        self._log, self.ports = log, ports

    def __getattr__(self, purpose):
        return self.ports[purpose]

    @property
    def log(self):
        return self._log.read_text()


def assert_clean(log, *complaints):
    """A server whose clients ended politely complains of nothing. Asked when it has ended and has seen them all."""
    lines = log.read_text(errors="replace").splitlines()
    found = [line for line in lines if any(re.search(each, line) for each in complaints)]
    assert not found, "\n".join(found)


def program(name, package):
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", *glob.glob("/usr/lib/postgresql/*/bin")])
    found = shutil.which(name, path=path)
    return found or pytest.fail(f"{name} is missing: apt-get install {package}")


@pytest.fixture(scope="session")
def authority():
    return tls.Authority("interop test authority")


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory):
    return authority.write(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def home():
    with processes.directory() as made:
        yield made


def certificate_files(authority, directory, name):
    """For names that stand for this machine in a test, and for the loopback address."""
    files = authority.issue("www.example.com", "127.0.0.1").write(directory, name)
    processes.own(*files)
    return files


@pytest.fixture(scope="session")
def nginx(home, authority):
    ports = dict(zip(("plain", "tls"), processes.free_ports(2)))
    certificate, key = certificate_files(authority, home, "nginx")
    log, configuration = home / "nginx.log", home / "nginx.conf"
    temporary = "".join(f"{kind}_temp_path {home}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration.write_text(f"""
        daemon off; master_process off; pid {home}/nginx.pid; error_log {log} info;
        events {{}}
        http {{
            access_log off; {temporary}
            server {{ listen 127.0.0.1:{ports["plain"]}; return 204; }}
            server {{
                listen 127.0.0.1:{ports["tls"]} ssl http2; return 204;
                ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
            }}
        }}""")
    command = [program("nginx", "nginx-light"), "-e", log, "-c", configuration]
    with processes.running(command, ports["tls"], log, **processes.unprivileged()):
        yield Daemon(log, **ports)
    assert_clean(log, "reset by peer", r"\[(warn|error|crit|alert|emerg)\]")


@pytest.fixture(scope="session")
def redis(home, authority):
    ports = dict(zip(("plain", "tls"), processes.free_ports(2)))
    certificate, key = certificate_files(authority, home, "redis")
    log, ca = home / "redis.log", authority.write(home, "redis-ca.pem")
    command = [program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", ports["plain"], "--dir", home,
               "--save", "", "--loglevel", "verbose", "--tls-port", ports["tls"], "--tls-cert-file", certificate,
               "--tls-key-file", key, "--tls-ca-cert-file", ca, "--tls-auth-clients", "no"]
    with processes.running(command, ports["plain"], log, **processes.unprivileged()):
        yield Daemon(log, **ports)
    assert_clean(log, "reset by peer", "Error ")


@pytest.fixture(scope="session")
def postgres(home):
    port, log, data = processes.free_port(), home / "postgres.log", home / "postgres"
    options = {"cwd": home, **processes.unprivileged()}
    make = [program("initdb", "postgresql"), "-D", data, "--no-sync", "-E", "UTF8", "--locale", "C", "-A", "trust"]
    subprocess.run(make, check=True, capture_output=True, **options)
    logins = data / "pg_hba.conf"
    logins.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + logins.read_text())
    command = [program("postgres", "postgresql"), "-D", data, "-h", "127.0.0.1", "-p", port, "-k", home, "-F"]
    with processes.running(command, port, log, **options):
        yield Daemon(log, plain=port)
    assert_clean(log, "reset by peer", "Broken pipe", "FATAL", "ERROR")


@pytest.fixture(scope="session")
def postgres_tls(home, authority):
    port, log, data = processes.free_port(), home / "postgres-tls.log", home / "postgres-tls"
    certificate, key = certificate_files(authority, home, "postgres")
    options = {"cwd": home, **processes.unprivileged()}
    make = [program("initdb", "postgresql"), "-D", data, "--no-sync", "-E", "UTF8", "--locale", "C", "-A", "trust"]
    subprocess.run(make, check=True, capture_output=True, **options)
    command = [program("postgres", "postgresql"), "-D", data, "-h", "127.0.0.1", "-p", port, "-k", home, "-F",
               "-c", "ssl=on", "-c", f"ssl_cert_file={certificate}", "-c", f"ssl_key_file={key}"]
    with processes.running(command, port, log, **options):
        yield Daemon(log, plain=port)
    assert_clean(log, "reset by peer", "Broken pipe", "ERROR")


@pytest.fixture(scope="session")
def sshd(home):
    port, log, key = processes.free_port(), home / "sshd.log", home / "ssh_host_key"
    subprocess.run([program("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    processes.own(key)
    command = [program("sshd", "openssh-server"), "-D", "-e", "-f", "/dev/null", "-h", key, "-p", port,
               "-o", "ListenAddress=127.0.0.1", "-o", "PidFile=none"]
    with processes.running(command, port, log, **processes.unprivileged()):
        yield Daemon(log, plain=port)


@pytest.fixture(scope="session")
def haproxy(home):
    """A proxy whose only backend has no server: it accepts and closes."""
    port, log, configuration = processes.free_port(), home / "haproxy.log", home / "haproxy.cfg"
    configuration.write_text(f"""
defaults
    mode tcp
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend front
    bind 127.0.0.1:{port}
    default_backend nobody
backend nobody
""")
    command = [program("haproxy", "haproxy"), "-db", "-f", configuration]
    with processes.running(command, port, log, **processes.unprivileged()):
        yield Daemon(log, plain=port)
