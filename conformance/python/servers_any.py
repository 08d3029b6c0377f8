"""What any model server must still do when it stands behind the server under test."""

import pytest


def question(text="Say something about rivers."):
    return [{"role": "user", "content": text}]


def test_discovered_models_are_listed(client, world):
    assert world.chat in [model.id for model in client.models.list()]


def test_plain_chat(client, world):
    answer = client.chat.completions.create(model=world.chat, messages=question(), max_tokens=16)
    assert answer.model == world.chat
    assert answer.choices[0].message.content is not None
    assert answer.usage.prompt_tokens > 0


def test_streamed_chat(client, world):
    chunks = list(client.chat.completions.create(model=world.chat, messages=question(), max_tokens=16, stream=True))
    assert {chunk.model for chunk in chunks if chunk.model} == {world.chat}
    assert any(chunk.choices[0].finish_reason for chunk in chunks if chunk.choices)
    # The extra chunk that only bears usage stays with us; LiteLLM lets its usage ride on a chunk with choices.
    assert not any(chunk.usage and not chunk.choices for chunk in chunks)


def test_streamed_chat_with_usage(client, world):
    options = {"include_usage": True}
    stream = client.chat.completions.create(
        model=world.chat, messages=question(), max_tokens=16, stream=True, stream_options=options
    )
    usages = [chunk.usage for chunk in stream if chunk.usage]
    # A server that reports none (llama-cpp-python) leaves none to show; its tokens are estimated in the log.
    assert len(usages) <= 1


def test_embeddings(client, world):
    if not world.embedding:
        pytest.skip("this server has no embedding model")
    answer = client.embeddings.create(model=world.embedding, input=["one", "two"])
    assert len(answer.data) == 2 and len(answer.data[0].embedding) > 1


def test_usage_is_in_the_request_log(client, world, management):
    from test_streaming import await_entry

    answer = client.chat.completions.create(model=world.chat, messages=question(), max_tokens=8)
    entry = await_entry(management, answer._request_id)
    assert entry["model"] == world.chat and entry["cause"] in ("completed", "incomplete")
