"""Streaming: content, the usage chunk, many at once, and a reader that leaves early."""

import time

import httpx
import pytest
from openai import APIError

FRAMINGS = ["crlf", "cr", "no-space", "multi-line", "comments", "split-utf8", "bytewise", "one-packet"]


def open_stream(client, world, **parameters):
    question = [{"role": "user", "content": "Tell me a story about a lighthouse."}]
    return client.chat.completions.create(**{"model": world.chat, "messages": question, "stream": True, **parameters})


def test_chunks_join_to_a_text_and_end_with_a_reason(client, world):
    chunks = list(open_stream(client, world, max_tokens=40))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason]
    assert text
    assert len(reasons) == 1 and reasons[0] in ("stop", "length")
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert {chunk.model for chunk in chunks} == {world.chat}
    assert all(chunk.object == "chat.completion.chunk" for chunk in chunks)


def test_no_usage_chunk_unless_asked_for(client, world):
    chunks = list(open_stream(client, world, max_tokens=8))
    assert all(chunk.usage is None for chunk in chunks)
    assert all(chunk.choices for chunk in chunks)


def test_include_usage_adds_one_last_chunk(client, world):
    chunks = list(open_stream(client, world, max_tokens=8, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == 8
    assert sum(chunk.usage is not None for chunk in chunks) == 1


def test_streamed_and_plain_answers_are_the_same(client, world):
    question = {"model": world.chat, "messages": [{"role": "user", "content": "Same?"}], "seed": 11, "max_tokens": 30}
    plain = client.chat.completions.create(**question).choices[0].message.content
    streamed = client.chat.completions.create(**question, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices) == plain


def test_the_stream_helper_of_the_sdk_accumulates(client, world):
    with client.chat.completions.stream(
        model=world.chat, messages=[{"role": "user", "content": "hi"}]
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert "content.delta" in kinds and "content.done" in kinds
    assert final.choices[0].message.content


def test_a_reader_may_leave_and_the_client_goes_on(client, world, management):
    stream = open_stream(client, world, model=world.slow)
    request_id = stream.response.headers["x-request-id"]
    next(iter(stream))
    stream.close()
    assert client.models.list().data
    assert await_entry(management, request_id)["cause"] == "client_gone"


def test_a_stream_that_the_upstream_cuts_is_an_error(client, world, simulator):
    simulator.script("sim-fragile", "cut?after=3")
    with pytest.raises(APIError) as caught:
        list(open_stream(client, world, model=world.fragile))
    assert caught.value.code == "upstream_disconnected"


@pytest.mark.parametrize("framing", FRAMINGS)
def test_any_framing_of_the_upstream_arrives_as_data_space_json(world, simulator, framing):
    simulator.script("sim-fragile", framing)
    body = {"model": world.fragile, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    headers = {"Authorization": f"Bearer {world.api_key}"}
    answer = httpx.post(f"{world.api_base}/chat/completions", json=body, headers=headers, timeout=30)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [event for event in answer.text.split("\n\n") if event and not event.startswith(":")]
    assert "\r" not in answer.text and answer.text.endswith("data: [DONE]\n\n")
    assert len(events) > 3 and all(event.startswith("data: ") and "\n" not in event for event in events)


def test_a_model_that_sleeps_is_kept_alive_by_comments(client, world):
    began = time.monotonic()
    stream = open_stream(client, world, model=world.asleep, max_tokens=8)
    assert time.monotonic() - began < 16.5
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def await_entry(management, request_id, seconds=10):
    """The request log is written by groups, so a row may be a moment late."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        entries = management.get("/admin/api/v1/requests", params={"limit": 50}).json()["entries"]
        for entry in entries:
            if entry["request_id"] == request_id:
                return entry
        time.sleep(0.1)
    raise AssertionError(f"{request_id} is not in the request log after {seconds} s")
