"""The server under test, what stands before and behind it, and what the suites are told of it."""

import copy
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from harness import install
from harness.places import CONFORMANCE, PROJECT, TARGET
from harness.processes import Child, free_port

CHAT = "lab/chat:v1.0@sim"
EMBEDDING = "lab/embed:v1.0@sim"
LOCAL_EMBEDDING = "all-minilm-l6-v2"
DEMO = "doubleword-demo"
CLAIM = re.compile(r"http\S+/claim/\S+")
KEY = re.compile(r"dw_sk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}")


class Server:
    """One `doubleword serve` with a home of its own, and its operator commands."""

    def __init__(self, name, config=""):
        self.name = name
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.home = Path(tempfile.mkdtemp(prefix=f"doubleword-{name}-"))
        self.config = self.home / "doubleword.yaml"
        self.config.write_text(config)
        self.child = None
        self.key = None

    def start(self):
        command = [PROJECT / "doubleword", "serve", "--home", self.home, "--port", self.port]
        self.child = Child(self.name, [*command, "--config", self.config])
        self.child.await_http(f"{self.origin}/health/ready", seconds=300)
        if self.key is None:
            found = KEY.search(self.child.output())
            if not found:
                self.child.fail("printed no inference key at its first start")
            self.key = found.group()
        return self

    def claim(self):
        """The administrator's one-time link."""
        return CLAIM.search(self.child.output()).group()

    def command(self, *arguments, env=None):
        """An operator command; gives what it printed on its standard output."""
        done = subprocess.run(
            [str(part) for part in (PROJECT / "doubleword", *arguments, "--home", self.home)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            timeout=120,
        )
        if done.returncode != 0:
            raise RuntimeError(f"doubleword {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout

    def managed(self, path, organization):
        """What the management API answers to this machine's operator, about an organization."""
        token = (self.home / "run" / "operator.token").read_text().strip()
        headers = {"authorization": f"Bearer {token}", "x-organization-id": organization}
        request = urllib.request.Request(f"{self.origin}/admin/api/v1/{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def platform_key(self):
        made = self.command("keys", "create", "--type", "platform", "--name", "conformance", "-o", "json")
        return json.loads(made)["key"]

    def stop(self):
        self.child.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def start_simulator():
    """The simulator as a process of its own, so that what reached it can be asked."""
    port = free_port()
    jar = next((PROJECT / "simulator" / "target").glob("*-runner.jar"))
    java = Path(install.java_home()) / "bin" / "java"
    config = CONFORMANCE / "simulator.yaml"
    child = Child("simulator", [java, "-jar", jar, "--port", port, "--config", config])
    child.await_http(f"http://127.0.0.1:{port}/v1/models")
    child.origin = f"http://127.0.0.1:{port}"
    return child


class Authority:
    """A certificate authority made on the spot, and a certificate of it for 127.0.0.1 and localhost."""

    def __init__(self):
        openssl = install.program("openssl", "openssl")
        self.place = Path(tempfile.mkdtemp(prefix="doubleword-tls-"))
        self.ca = self.place / "ca.pem"
        ca_key, key, request, extensions = (self.place / n for n in ("ca.key", "server.key", "server.csr", "ext"))
        self.certificate, self.key = self.place / "server.pem", key
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        install.run(
            [openssl, "req", "-x509", *curve, "-days", "2", "-subj", "/CN=Conformance CA", "-keyout", ca_key]
            + ["-out", self.ca, "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign"]
        )
        install.run([openssl, "req", *curve, "-subj", "/CN=localhost", "-keyout", key, "-out", request])
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        install.run(
            [openssl, "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial"]
            + ["-days", "2", "-extfile", extensions, "-out", self.certificate]
        )
        self.java_store = self.place / "trust.p12"
        keytool = Path(install.java_home()) / "bin" / "keytool"
        install.run(
            [keytool, "-importcert", "-noprompt", "-alias", "ca", "-file", self.ca, "-storetype", "PKCS12"]
            + ["-keystore", self.java_store, "-storepass", "changeit"]
        )

    def remove(self):
        shutil.rmtree(self.place, ignore_errors=True)


NGINX = """
daemon off;
worker_processes 1;
error_log stderr warn;
pid {place}/nginx.pid;
{user}
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  client_max_body_size 64m;
  upstream doubleword {{ server 127.0.0.1:{upstream}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 300s;
    location / {{ proxy_pass http://doubleword; }}
    # With a path in proxy_pass nginx decodes the client's path first: model names arrive raw.
    location /ai/ {{ proxy_pass http://doubleword/ai/; }}
  }}
}}
"""


class Nginx:
    """Debian's nginx with TLS in front of the server, without buffering."""

    def __init__(self, authority, upstream):
        nginx = install.program("nginx", "nginx-light", aliases=("/usr/sbin/nginx",))
        self.place = Path(tempfile.mkdtemp(prefix="doubleword-nginx-"))
        self.port = free_port()
        self.origin = f"https://127.0.0.1:{self.port}"
        config = self.place / "nginx.conf"
        config.write_text(
            NGINX.format(
                place=self.place,
                user="user root;" if os.geteuid() == 0 else "",
                upstream=upstream,
                port=self.port,
                certificate=authority.certificate,
                key=authority.key,
            )
        )
        self.child = Child("nginx", [nginx, "-p", self.place, "-c", config])
        self.child.await_http(f"http://127.0.0.1:{self.port}/", seconds=20, statuses=(400,))

    def stop(self):
        self.child.stop()
        shutil.rmtree(self.place, ignore_errors=True)


class World:
    """One transport to one provisioned server."""

    def __init__(self, transport, origin, server, platform_key, simulator, authority=None):
        self.transport = transport
        self.origin = origin
        self.server = server
        self.platform_key = platform_key
        self.simulator = simulator
        self.authority = authority
        self.extra = {}

    def with_env(self, **extra):
        """The same, with more or other values in the environment of the suites."""
        world = copy.copy(self)
        world.extra = {**self.extra, **extra}
        return world

    def on(self, transport):
        """The same, under another name in reports."""
        world = copy.copy(self)
        world.transport = transport
        return world

    def env(self):
        """What every suite reads; the samples read the first two only."""
        env = {
            "DOUBLEWORD_API_KEY": self.server.key,
            "DOUBLEWORD_API_BASE": f"{self.origin}/v1",
            "CONFORMANCE_ORIGIN": self.origin,
            "CONFORMANCE_PLATFORM_KEY": self.platform_key,
            "CONFORMANCE_SIMULATOR": self.simulator.origin,
            "CONFORMANCE_CHAT_MODEL": CHAT,
            "CONFORMANCE_SLOW_MODEL": "lab/slow",
            "CONFORMANCE_FRAGILE_MODEL": "lab/fragile",
            "CONFORMANCE_BROKEN_MODEL": "lab/broken",
            "CONFORMANCE_LATE_MODEL": "lab/late",
            "CONFORMANCE_ASLEEP_MODEL": "lab/asleep",
            "CONFORMANCE_EMBEDDING_MODEL": EMBEDDING,
            "CONFORMANCE_LOCAL_EMBEDDING_MODEL": LOCAL_EMBEDDING,
            "CONFORMANCE_DEMO_MODEL": DEMO,
        }
        if self.authority:
            env |= {"SSL_CERT_FILE": str(self.authority.ca), "NODE_EXTRA_CA_CERTS": str(self.authority.ca)}
        return env | self.extra

    def java_trust(self, prefix):
        if not self.authority:
            return []
        return [f"{prefix}-Djavax.net.ssl.trustStore={self.authority.java_store} -Djavax.net.ssl.trustStorePassword=changeit"]

    def sample_env(self):
        """Samples of management also need a platform key and the operator's home."""
        return {
            "DOUBLEWORD_PLATFORM_KEY": self.platform_key,
            "DOUBLEWORD_URL": self.origin,
            "DOUBLEWORD_HOME": str(self.server.home),
            "MODEL_SERVER_URL": f"{self.simulator.origin}/v1",
        }
