"""A network of its own for the README's commands: loopback with the names that the README uses, and a server on each.

Run as a program it is the inside: it makes the network, then runs one command for each line of standard input.
"""
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

SERVERS = {"db": [5432], "cache": [6379], "auth-service": [8080], "db-primary": [5432], "db-replica": [5432]}
TLS_SERVERS = {"api.example.com": [443]}


class Network:
    """The outside: starts the inside in its own network and mount namespace, and hands commands to it."""

    def __init__(self, folder, program):
        import trustme
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        authority.issue_cert(*TLS_SERVERS).private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
        own_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        self.inside = subprocess.Popen(["unshare", *own_user, "--net", "--mount", sys.executable, __file__, folder, program],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.works = self.inside.stdout.readline() == "ready\n"

    def run(self, command):
        self.inside.stdin.write(json.dumps(command) + "\n")
        self.inside.stdin.flush()
        return subprocess.CompletedProcess(command, **json.loads(self.inside.stdout.readline()))

    def close(self):
        self.inside.stdin.close()
        self.inside.wait()


def make_names(folder):
    """Gives every name an address of its own, and lets nothing but the hosts file answer for it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    addresses = {name: f"10.0.0.{i}" for i, name in enumerate([*SERVERS, *TLS_SERVERS], start=1)}
    for address in addresses.values():
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    files = {"hosts": "127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in addresses.items()),
             "resolv.conf": "", "nsswitch.conf": "hosts: files dns\n"}
    for name, text in files.items():
        (folder / name).write_text(text)
        if pathlib.Path("/etc", name).exists():
            subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    return addresses


def serve(address, port, context=None):
    """Accepts connections, shakes hands if there is a context, and waits for the client to close."""
    listener = socket.create_server((address, port))

    def talk(connection):
        try:
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            connection.recv(1)
        except OSError:
            pass
        connection.close()

    def accept():
        while True:
            threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def inside(folder, program):
    addresses = make_names(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    context.set_alpn_protocols(["h2"])
    for servers, tls in ((SERVERS, None), (TLS_SERVERS, context)):
        for name, ports in servers.items():
            for port in ports:
                serve(addresses[name], port, tls)
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                   "SSL_CERT_FILE": str(folder / "ca.pem")}
    print("ready", flush=True)
    for line in sys.stdin:
        done = subprocess.run(["bash", "-o", "pipefail", "-c", json.loads(line)], cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        print(json.dumps({"returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}), flush=True)


if __name__ == "__main__":
    inside(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
