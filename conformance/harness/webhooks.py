"""The samples that receive webhooks, run against the server that sends them."""

import json
import subprocess
import time
import urllib.request

from harness.processes import free_port

LIMIT_SECONDS = 120


def receiver(world):
    """How to run a sample that receives webhooks of this world."""
    return lambda command, cwd, env: _received(world, command, cwd, env)


def _received(world, command, cwd, env):
    """Runs a receiver, sends it a test event until it has taken one, and gives what it printed."""
    port = free_port()
    hook = _call(world, "", {"url": f"http://127.0.0.1:{port}/hooks"})
    path = f"/{hook['id']}"
    program = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**env, "DOUBLEWORD_WEBHOOK_SECRET": hook["secret"], "PORT": str(port)},
        cwd=cwd,
    )
    try:
        event = _call(world, f"{path}/test", {})["event"]
        end = time.monotonic() + LIMIT_SECONDS
        while program.poll() is None and time.monotonic() < end:
            time.sleep(1)
            if program.poll() is None:
                _call(world, f"{path}/deliveries/{event}/redeliver", {})
        if program.poll() is None:
            raise subprocess.TimeoutExpired(command, LIMIT_SECONDS)
        output = program.stdout.read()
        code = program.returncode
        if "webhook.test" not in output:
            code = code or 1
        return subprocess.CompletedProcess(command, code, output)
    finally:
        program.kill()
        program.wait()
        _call(world, path, method="DELETE")


def _call(world, path, body=None, method="POST"):
    request = urllib.request.Request(
        f"{world.origin}/admin/api/v1/users/current/webhooks{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {world.platform_key}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None
