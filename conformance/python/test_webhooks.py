"""Webhooks as the SDK reads them: `client.webhooks.unwrap` verifies and names the event."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from openai import InvalidWebhookSignatureError
from openai.types.webhooks import (
    ResponseCancelledWebhookEvent,
    ResponseCompletedWebhookEvent,
    ResponseIncompleteWebhookEvent,
)

PATIENCE_SECONDS = 60


@pytest.fixture
def receiver():
    """A program that takes whatever is sent to it."""
    arrived = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            arrived.put((body, dict(self.headers)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hooks", arrived
    server.shutdown()


EVENTS = ["batch.completed", "response.completed", "response.failed", "response.incomplete", "response.cancelled"]


@pytest.fixture
def hook(world, receiver):
    """A webhook that tells the receiver of batches that are done, and of background responses."""
    url, arrived = receiver
    with httpx.Client(
        base_url=f"{world.origin}/admin/api/v1/users/current",
        headers={"authorization": f"Bearer {world.platform_key}"},
    ) as management:
        made = management.post("/webhooks", json={"url": url, "event_types": EVENTS})
        made.raise_for_status()
        yield made.json()["secret"], arrived
        management.delete(f"/webhooks/{made.json()['id']}").raise_for_status()


def test_a_batch_that_is_done_is_heard_of(client, world, hook):
    secret, arrived = hook
    line = {
        "custom_id": "one",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": world.chat, "messages": [{"role": "user", "content": "Hello."}], "max_tokens": 8},
    }
    file = client.files.create(file=("one.jsonl", json.dumps(line).encode()), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )

    while True:
        body, headers = arrived.get(timeout=PATIENCE_SECONDS)
        event = client.webhooks.unwrap(body, headers, secret=secret)
        if event.data.id == batch.id:
            break
    assert event.type == "batch.completed"
    assert event.object == "event"
    assert event.id == next(value for name, value in headers.items() if name.lower() == "webhook-id")
    with pytest.raises(InvalidWebhookSignatureError):
        client.webhooks.unwrap(body.replace(b"completed", b"cancelled"), headers, secret=secret)


def heard(client, hook, wanted):
    """The event of each of these ids, verified."""
    secret, arrived = hook
    events = {}
    while not wanted <= events.keys():
        body, headers = arrived.get(timeout=PATIENCE_SECONDS)
        event = client.webhooks.unwrap(body, headers, secret=secret)
        assert event.data.id not in events, "each is told of once"
        events[event.data.id] = event
    return events


def test_background_responses_are_heard_of_as_they_ended(client, world, hook):
    done = client.responses.create(model=world.chat, input="Hello.", background=True)
    cut = client.responses.create(model=world.chat, input="Hello.", background=True, max_output_tokens=1)
    dropped = client.responses.create(model="lab/slow", input="Hello.", background=True)
    client.responses.cancel(dropped.id)

    events = heard(client, hook, {done.id, cut.id, dropped.id})
    assert isinstance(events[done.id], ResponseCompletedWebhookEvent)
    assert isinstance(events[cut.id], ResponseIncompleteWebhookEvent)
    assert isinstance(events[dropped.id], ResponseCancelledWebhookEvent)
