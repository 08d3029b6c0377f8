"""Flex: cheaper calls on a held connection, and what becomes of them when something on the way gives up."""

import os
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

import pytest

# What Debian's nginx waits for an answer is 60 s; the tests do not.
PATIENCE = float(os.environ.get("CONFORMANCE_PROXY_SECONDS", "2"))
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def ask(counted, model, text, **changes):
    return counted.openai.chat.completions.create(
        **{
            "model": model,
            "messages": [{"role": "user", "content": text}],
            "max_tokens": 3,
            "service_tier": "flex",
            **changes,
        }
    )


@pytest.fixture
def impatient(world, tmp_path):
    """The base URL of an nginx that gives up on answers early."""
    if NGINX is None or urlsplit(world.api_base).scheme != "http":
        pytest.skip("needs nginx and a server without TLS")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    paths = "\n".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = tmp_path / "nginx.conf"
    config.write_text(f"""
        daemon off; pid {tmp_path}/pid; error_log stderr warn; {user}
        events {{ worker_connections 64; }}
        http {{
          access_log off; {paths}
          server {{
            listen 127.0.0.1:{port};
            location / {{
              proxy_pass http://{urlsplit(world.api_base).netloc};
              proxy_http_version 1.1;
              proxy_read_timeout {PATIENCE:g}s;
            }}
          }}
        }}
    """)
    child = subprocess.Popen([NGINX, "-p", str(tmp_path), "-c", str(config)])
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < end and child.poll() is None, "nginx does not start"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}{urlsplit(world.api_base).path}"
    finally:
        child.terminate()
        child.wait(timeout=20)


def test_a_flex_call_is_answered(counting, world):
    counted = counting()
    assert ask(counted, world.chat, "hi").choices[0].message.content
    assert counted.count == 1


def test_a_flex_stream_is_live(counting, world):
    chunks = list(ask(counting(), world.chat, "hi", stream=True))
    assert chunks[-1].choices[0].finish_reason


def test_an_embedding_can_be_flex(counting, world):
    answer = counting().openai.embeddings.create(
        model=world.embedding, input="hi", extra_body={"service_tier": "flex"}
    )
    assert answer.data[0].embedding


def test_a_repeat_through_an_impatient_proxy_joins_the_call_that_runs(counting, world, simulator, impatient):
    counted = counting(base_url=impatient)
    text = f"once, please: {time.time_ns()}"
    answer = ask(counted, world.late if PATIENCE < 3 else world.asleep, text)
    assert answer.choices[0].message.content
    statuses = [response.status_code for response in counted.responses]
    assert statuses[0] == 504 and statuses[-1] == 200, statuses
    assert simulator.count(lambda body: text in str(body.get("messages"))) == 1
