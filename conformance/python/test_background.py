"""Responses in the background: taken at once, run by the engine, asked for later."""

import json
import time
import uuid

import pytest
from openai.types.responses import Response

PATIENCE = 60


def strict(response):
    """The SDK reads leniently; its models of the answer must hold as they are."""
    Response.model_validate(json.loads(response.model_dump_json()), strict=False)
    return response


def ended(client, response):
    deadline = time.monotonic() + PATIENCE
    while response.status in ("queued", "in_progress") and time.monotonic() < deadline:
        time.sleep(0.1)
        response = client.responses.retrieve(response.id)
    return response


@pytest.mark.parametrize("tier", ["auto", "flex", "background"])
def test_background_and_poll(client, world, tier):
    made = strict(
        client.responses.create(model=world.chat, input=f"Hello {uuid.uuid4()}", background=True, service_tier=tier)
    )
    assert made.status == "queued"
    done = strict(ended(client, made))
    assert done.status == "completed"
    assert done.output_text
    assert done.usage.total_tokens > 0
    again = client.responses.create(model=world.chat, previous_response_id=done.id, input="Go on")
    assert again.status == "completed"


def test_background_streams_from_any_event(client, world):
    made = client.responses.create(model=world.chat, input="Hello", background=True, stream=True)
    events = list(made)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert {"response.created", "response.queued", "response.completed"} <= {event.type for event in events}
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 2
    assert "".join(deltas) == events[-1].response.output_text
    name = events[-1].response.id
    again = list(client.responses.retrieve(name, stream=True, starting_after=3))
    assert again == events[4:]


def test_background_is_told_while_the_model_writes(client):
    first = client.responses.create(model="lab/slow", input="Hello", background=True, stream=True)
    heard = []
    for event in first:
        heard.append(event)
        if event.type == "response.output_text.delta":
            break
    name = heard[0].response.id
    assert client.responses.retrieve(name).status == "in_progress"
    second = client.responses.retrieve(name, stream=True, starting_after=heard[-1].sequence_number)
    following = next(iter(second))
    assert following.type == "response.output_text.delta"
    assert following.sequence_number == heard[-1].sequence_number + 1
    client.responses.cancel(name)
    assert list(second)[-1].response.status == "cancelled"
    first.close()


def test_the_sdks_own_reader_goes_on_with_a_stream(client, world):
    made = client.responses.create(model=world.chat, input="Hello", background=True, stream=True)
    name = next(iter(made)).response.id
    made.close()
    with client.responses.stream(response_id=name) as stream:
        final = stream.get_final_response()
    assert final.id == name
    assert final.output_text


def test_background_cancel(client, world):
    made = client.responses.create(model="lab/slow", input=f"Hello {uuid.uuid4()}", background=True)
    cancelled = client.responses.cancel(made.id)
    assert cancelled.status == "cancelled"
    assert client.responses.retrieve(made.id).status == "cancelled"
    done = ended(client, client.responses.create(model=world.chat, input="Hello", background=True))
    assert client.responses.cancel(done.id).status == "completed"
