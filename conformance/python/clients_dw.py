"""dw-cli 0.1.x, unmodified, as far as realtime goes."""

import json
import os
import subprocess

import pytest


@pytest.fixture(scope="module")
def dw(world, tmp_path_factory):
    home = tmp_path_factory.mktemp("dw")
    place = home / ".dw"
    place.mkdir(mode=0o700)
    (place / "config.toml").write_text('active_account = "here"\n')
    credentials = place / "credentials.toml"
    credentials.write_text(
        f'[accounts.here]\ninference_key = "{world.api_key}"\nplatform_key = "{world.platform_key}"\n'
        'user_id = "current"\nemail = "admin@localhost"\ndisplay_name = "admin"\naccount_name = "here"\n'
        'account_type = "personal"\n'
    )
    credentials.chmod(0o600)

    def run(*arguments, output="json"):
        done = subprocess.run(
            [os.environ["CONFORMANCE_DW"], "--server", world.origin, "--output", output, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, "HOME": str(home)},
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_whoami(dw):
    assert "admin" in dw("whoami")


def test_models_list(dw, world):
    assert world.chat in dw("models", "list")


def test_realtime_streamed(dw, world):
    assert dw("realtime", world.chat, "Say something about rivers.", output="plain").strip()


def test_realtime_plain(dw, world):
    assert dw("realtime", "--no-stream", world.chat, "Say something about rivers.", output="plain").strip()


def test_usage(dw):
    assert "total_request_count" in json.loads(dw("usage")) or dw("usage")


def test_requests(dw):
    assert dw("requests")


def test_keys_create_list_delete(dw):
    created = json.loads(dw("keys", "create", "--name", "from-dw"))
    assert created["key"].startswith("dw_sk_")
    assert created["id"] in dw("keys", "list")
    dw("keys", "delete", created["id"], "--yes")
    assert created["id"] not in dw("keys", "list")


def test_webhooks(dw):
    made = json.loads(dw("webhooks", "create", "--url", "https://example.com/hooks", "--events", "batch.completed"))
    assert made["event_types"] == ["batch.completed"]
    assert made["id"] in dw("webhooks", "list")
    dw("webhooks", "rotate-secret", made["id"])
    dw("webhooks", "delete", made["id"], "--yes")
    assert made["id"] not in dw("webhooks", "list")
