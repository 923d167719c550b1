#!/usr/bin/env python3
"""How long after the last server is ready a program begins that `connprobe wait` holds back.

usage: tests/bench/late_starts.py [STARTS] [PROGRAM]     (default: 10 build/connprobe; needs nginx, redis, postgres)

Each start: nginx, redis and postgres begin in random order, 0 to 8 s late; their own clients (curl, redis-cli,
pg_isready) ask them every 20 ms. Prints, for each start, how long after the last of them was ready the program began.
"""
import contextlib
import glob
import pathlib
import random
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from support import processes  # noqa: E402


def server_commands(home, ports):
    web, cache, db = ports
    (home / "nginx.conf").write_text(f"""
daemon off; pid {home}/nginx.pid; error_log {home}/nginx.log;
events {{ }}
http {{ access_log off; client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home};
        uwsgi_temp_path {home}; scgi_temp_path {home};
        server {{ listen 127.0.0.1:{web}; return 200 "ok"; }} }}
""")
    postgres = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    return {
        "nginx": ([shutil.which("nginx") or "/usr/sbin/nginx", "-c", home / "nginx.conf", "-e", home / "nginx.log"],
                  ["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{web}/"]),
        "redis": (["redis-server", "--bind", "127.0.0.1", "--port", cache, "--dir", home, "--save", ""],
                  ["sh", "-c", f"redis-cli -h 127.0.0.1 -p {cache} ping | grep -q PONG"]),
        "postgres": ([f"{postgres}/postgres", "-D", home / "data", "-h", "127.0.0.1", "-p", db, "-k", home, "-F"],
                     [f"{postgres}/pg_isready", "-q", "-h", "127.0.0.1", "-p", db]),
    }


def one_start(program, home):
    """Seconds between the last server's being ready and the program's beginning; negative: it began too early."""
    ports = processes.free_ports(3)
    ready = {}

    def serve(name, command, ask, delay, ended):
        time.sleep(delay)
        process = subprocess.Popen(list(map(str, command)), cwd=home, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **processes.unprivileged())
        while subprocess.run(list(map(str, ask)), stderr=subprocess.DEVNULL).returncode != 0:
            time.sleep(0.02)
        ready[name] = time.clock_gettime(time.CLOCK_BOOTTIME)
        ended.wait()
        process.terminate()
        process.wait()

    targets = [f"http://127.0.0.1:{ports[0]}", f"redis://127.0.0.1:{ports[1]}", f"postgres://127.0.0.1:{ports[2]}"]
    ended = threading.Event()
    threads = [threading.Thread(target=serve, args=(name, *commands, random.uniform(0, 8), ended))
               for name, commands in server_commands(home, ports).items()]
    for thread in threads:
        thread.start()
    done = subprocess.run([program, "wait", *targets, "--", "cat", "/proc/uptime"],
                          capture_output=True, text=True)
    while len(ready) < 3:
        time.sleep(0.02)
    ended.set()
    for thread in threads:
        thread.join()
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return float(done.stdout.split()[0]) - max(ready.values())


def main():
    starts = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    program = sys.argv[2] if len(sys.argv) > 2 else ROOT / "build" / "connprobe"
    with processes.directory() as home, contextlib.suppress(KeyboardInterrupt):
        initdb = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]
        subprocess.run([initdb, "-D", home / "data", "--no-sync", "-A", "trust"], check=True, cwd=home,
                       capture_output=True, **processes.unprivileged())
        times = []
        for number in range(1, starts + 1):
            times.append(one_start(program, home))
            print(f"{number:3}: {1000 * times[-1]:7.1f} ms", flush=True)
    times.sort()
    soon = sum(time <= 0.4 for time in times)
    print(f"{soon} of {len(times)} within 400 ms; median {1000 * times[len(times) // 2]:.0f} ms, "
          f"worst {1000 * times[-1]:.0f} ms")


main()
