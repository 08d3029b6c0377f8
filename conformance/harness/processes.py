"""Child processes that never outlive the run: each in a group of its own, ended by its id."""

import atexit
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from harness.places import LOGS

_running = []


class Child:
    """A process under way, its output in a file of its own."""

    def __init__(self, name, command, env=None, cwd=None):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = LOGS / f"{name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )
        _running.append(self)

    def output(self):
        return self.log.read_text(errors="replace")

    def fail(self, message):
        tail = "\n".join(self.output().splitlines()[-40:])
        raise RuntimeError(f"{self.name}: {message}; the end of {self.log}:\n{tail}")

    def await_http(self, url, seconds=90, statuses=(200,)):
        """Waits until the address answers with one of the statuses."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.fail(f"ended with {self.process.returncode} before it answered")
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                status = 0
            if status in statuses:
                return self
            time.sleep(0.1)
        self.fail(f"no answer from {url} within {seconds} s")

    def stop(self, grace=45):
        """SIGTERM to the group, SIGKILL to what is left of it after the grace."""
        if self in _running:
            _running.remove(self)
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            print(f"  {self.name} ignored SIGTERM for {grace} s and was killed", flush=True)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop_all():
    for child in reversed(_running[:]):
        child.stop()


def _interrupted(number, _frame):
    raise SystemExit(128 + number)


atexit.register(stop_all)
signal.signal(signal.SIGTERM, _interrupted)
signal.signal(signal.SIGINT, _interrupted)
