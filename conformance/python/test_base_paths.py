"""Both base paths, /v1 and /ai/v1, serve the same API."""

import pytest
from openai import NotFoundError, OpenAI


@pytest.fixture(params=["/v1", "/ai/v1"])
def client(request, world):
    with OpenAI(base_url=world.origin + request.param, api_key=world.api_key) as client:
        yield client


def test_models(client, world):
    assert world.chat in [model.id for model in client.models.list()]
    assert client.models.retrieve(world.chat).id == world.chat


def test_chat_plain_and_streamed(client, world):
    question = {"model": world.chat, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4}
    assert client.chat.completions.create(**question).choices
    assert list(client.chat.completions.create(**question, stream=True))


def test_completions_and_embeddings(client, world):
    assert client.completions.create(model=world.chat, prompt="hi", max_tokens=2).choices
    assert client.embeddings.create(model=world.embedding, input="hi").data


def test_errors(client):
    with pytest.raises(NotFoundError) as caught:
        client.models.retrieve("nope")
    assert caught.value.code == "model_not_found"
