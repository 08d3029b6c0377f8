"""The Responses API with the official SDK, over models that speak chat completions."""

import json
import time
from typing import get_args

import openai
import pytest
from openai.types.conversations import ConversationItem
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from conftest import World

WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "The weather at a place.",
    "parameters": {
        "type": "object",
        "properties": {"place": {"type": "string"}},
        "required": ["place"],
        "additionalProperties": False,
    },
    "strict": True,
}

# What makes a model that speaks chat completions tell of all that it can.
MODEL_STREAMS = [
    {"model": World.chat, "include": ["message.output_text.logprobs"], "top_logprobs": 1},
    {"model": "lab/thinks"},
    {"model": "lab/thinks", "reasoning": {"summary": "auto"}},
    {"model": "lab/refuses"},
    {"model": World.chat, "tools": [WEATHER]},
    {"model": World.chat, "tools": [{"type": "custom", "name": "run", "description": "Runs code."}]},
    {"model": World.chat, "max_output_tokens": 2},
    {"model": "lab/cut"},
]


def strict(response):
    """The SDK reads leniently; its models of the answer must hold as they are."""
    Response.model_validate(json.loads(response.model_dump_json()), strict=False)
    return response


def test_create_retrieve_delete(client, world):
    made = strict(client.responses.create(model=world.chat, instructions="Be short.", input="Hello"))
    assert made.status == "completed"
    assert made.output_text
    assert made.usage.input_tokens_details.cached_tokens >= 0
    assert made.usage.output_tokens_details.reasoning_tokens >= 0
    assert client.responses.retrieve(made.id) == made
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_stream(client, world):
    events = list(client.responses.create(model=world.chat, input="Hello", stream=True))
    check = TypeAdapter(ResponseStreamEvent)
    for number, event in enumerate(events):
        assert event.sequence_number == number
        check.validate_python(json.loads(event.model_dump_json()))
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text
    assert client.responses.retrieve(events[-1].response.id).output_text == text


def test_stream_helper(client, world):
    with client.responses.stream(model=world.chat, input="Hello") as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text


def test_parse_with_a_schema(client, world):
    class Port(BaseModel):
        name: str
        berths: int

    parsed = client.responses.parse(model=world.chat, input="Describe a port.", text_format=Port)
    assert isinstance(parsed.output_parsed, Port)


def test_tools_in_a_loop(client, world):
    response = client.responses.create(model=world.chat, input="Weather in Rome?", tools=[WEATHER])
    turns = 0
    while calls := [item for item in response.output if item.type == "function_call"]:
        turns += 1
        assert turns < 5
        outputs = [
            {"type": "function_call_output", "call_id": call.call_id, "output": json.dumps({"degrees": 21})}
            for call in calls
        ]
        json.loads(calls[0].arguments)
        response = client.responses.create(
            model=world.chat, previous_response_id=response.id, input=outputs, tools=[WEATHER]
        )
    assert turns == 1
    assert response.output_text


def test_previous_response(client, world):
    first = client.responses.create(model=world.chat, input="Hello")
    second = client.responses.create(model=world.chat, previous_response_id=first.id, input="Again")
    assert second.previous_response_id == first.id
    assert second.usage.input_tokens > first.usage.input_tokens
    items = client.responses.input_items.list(second.id)
    assert [item.content[0].text for item in items] == ["Again"]
    with pytest.raises(openai.NotFoundError) as caught:
        client.responses.create(model=world.chat, previous_response_id="resp_nothing", input="x")
    assert caught.value.param == "previous_response_id"


def test_not_stored(client, world):
    made = client.responses.create(model=world.chat, input="Hello", store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_hosted_tools_are_refused_by_name(client, world):
    with pytest.raises(openai.BadRequestError, match="web_search"):
        client.responses.create(model=world.chat, input="Hello", tools=[{"type": "web_search"}])


def types_of(client, streams):
    """The types of all events of some streams, each read strictly."""
    check = TypeAdapter(ResponseStreamEvent)
    seen = set()
    for options in streams:
        with client.with_options(max_retries=0).responses.create(input="Hello", stream=True, **options) as events:
            for event in events:
                check.validate_python(json.loads(event.model_dump_json()))
                seen.add(event.type)
    return seen


def test_every_event_that_a_translated_model_can_make(client):
    seen = types_of(client, MODEL_STREAMS)
    texts = ["output_text", "refusal", "reasoning_text", "reasoning_summary_text", "function_call_arguments"]
    texts.append("custom_tool_call_input")
    parts = ["output_item", "content_part", "reasoning_summary_part"]
    assert seen == {
        *(f"response.{name}.{step}" for name in texts for step in ("delta", "done")),
        *(f"response.{name}.{step}" for name in parts for step in ("added", "done")),
        *(f"response.{step}" for step in ("created", "in_progress", "completed", "incomplete", "failed")),
        "error",
    }


@pytest.mark.parametrize("options", [{}, {"stream": True}, {"store": False}, {"background": True}])
def test_conversation(client, world, options):
    conversation = client.conversations.create(
        items=[{"role": "user", "content": "My name is Ada."}], metadata={"topic": "names"}
    )
    assert client.conversations.retrieve(conversation.id) == conversation
    made = client.responses.create(model=world.chat, conversation=conversation.id, input="Hello", **options)
    if options.get("stream"):
        made = list(made)[-1].response
    deadline = time.monotonic() + 60
    while made.status in ("queued", "in_progress") and time.monotonic() < deadline:
        time.sleep(0.1)
        made = client.responses.retrieve(made.id)
    assert strict(made).conversation.id == conversation.id
    items = list(client.conversations.items.list(conversation.id, order="asc", limit=2))
    check = TypeAdapter(ConversationItem)
    for item in items:
        check.validate_python(json.loads(item.model_dump_json()))
    assert [item.content[0].text for item in items] == ["My name is Ada.", "Hello", made.output_text]
    assert client.conversations.items.retrieve(items[1].id, conversation_id=conversation.id) == items[1]
    second = client.responses.create(model=world.chat, conversation={"id": conversation.id}, input="Again")
    assert second.usage.input_tokens > made.usage.input_tokens


def test_conversation_is_changed_and_deleted(client, world):
    conversation = client.conversations.create()
    assert client.conversations.update(conversation.id, metadata={"a": "b"}).metadata == {"a": "b"}
    added = client.conversations.items.create(
        conversation.id,
        items=[
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "1"},
        ],
    )
    assert [item.type for item in added.data] == ["message", "function_call", "function_call_output"]
    assert client.conversations.items.delete(added.first_id, conversation_id=conversation.id).id == conversation.id
    assert [item.type for item in client.conversations.items.list(conversation.id)] == [
        "function_call_output",
        "function_call",
    ]
    assert client.conversations.delete(conversation.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(conversation.id)
    with pytest.raises(openai.NotFoundError) as caught:
        client.responses.create(model=world.chat, conversation=conversation.id, input="x")
    assert caught.value.param == "conversation"


@pytest.mark.parametrize("model", ["lab/speaks", "lab/alone"])
def test_providers_that_serve_responses_themselves(client, model):
    made = strict(client.responses.create(model=model, input="Hello", tools=[{"type": "web_search"}]))
    assert [item.type for item in made.output] == ["web_search_call", "message"]
    assert made.model == model
    assert client.responses.retrieve(made.id) == made
    check = TypeAdapter(ResponseStreamEvent)
    events = list(client.responses.create(model=model, input="Hello", stream=True))
    for number, event in enumerate(events):
        assert event.sequence_number == number
        check.validate_python(json.loads(event.model_dump_json()))
    assert client.responses.retrieve(events[-1].response.id) == events[-1].response
    next_turn = client.responses.create(model=model, previous_response_id=made.id, input="Again")
    assert next_turn.usage.input_tokens > made.usage.input_tokens


def test_every_event_of_the_sdk(client, world):
    """Each type that its stream knows is made at least once, and read as the SDK's own model of it."""
    server = {"type": "mcp", "server_label": "lab", "server_url": "https://lab.example/mcp"}
    hosted = {
        "model": "lab/speaks",
        "tools": [
            {"type": "web_search"},
            {"type": "file_search", "vector_store_ids": ["vs_1"]},
            {"type": "code_interpreter", "container": {"type": "auto"}},
            {"type": "image_generation"},
            {"type": "shell"},
            server,
            server | {"server_label": "failing"},
            server | {"server_url": "https://nobody.invalid/mcp"},
        ],
        "context_management": [{"type": "compaction", "compact_threshold": 1000}],
        "extra_body": {"modalities": ["text", "audio"]},
    }
    streams = [*MODEL_STREAMS, {"model": world.chat}, {"model": world.chat, "background": True}, hosted]
    known = {get_args(event.model_fields["type"].annotation)[0] for event in get_args(get_args(ResponseStreamEvent)[0])}
    assert known - types_of(client, streams) == set()
