"""Many at once: 50 calls and 50 streams over one async client."""

import asyncio

import pytest
from openai import AsyncOpenAI

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def client(world):
    async with AsyncOpenAI(base_url=world.api_base, api_key=world.api_key) as client:
        yield client


def question(number):
    return [{"role": "user", "content": f"Question {number}"}]


async def test_fifty_calls_at_once(client, world):
    answers = await asyncio.gather(
        *(client.chat.completions.create(model=world.chat, messages=question(i), max_tokens=8) for i in range(50))
    )
    assert all(answer.choices[0].message.content for answer in answers)
    assert len({answer._request_id for answer in answers}) == 50


async def test_fifty_streams_at_once(client, world):
    async def read(number):
        stream = await client.chat.completions.create(
            model=world.chat, messages=question(number), max_tokens=20, stream=True
        )
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

    texts = await asyncio.gather(*(read(i) for i in range(50)))
    assert all(texts)


async def test_async_models_and_embeddings(client, world):
    assert [model async for model in client.models.list()]
    answer = await client.embeddings.create(model=world.embedding, input=["a", "b"])
    assert len(answer.data) == 2
