"""autobatcher, unmodified, where it makes batches: `completion_window="24h"`, and embeddings always."""

import asyncio

import pytest
from autobatcher import BatchOpenAI


@pytest.mark.asyncio
async def test_two_hundred_mixed_calls(world):
    async with BatchOpenAI(
        base_url=world.api_base,
        api_key=world.api_key,
        completion_window="24h",
        batch_window_seconds=1.0,
        poll_interval_seconds=0.5,
    ) as client:
        chats = [
            client.chat.completions.create(
                model=world.chat, max_tokens=8, messages=[{"role": "user", "content": f"Say something about {i}."}]
            )
            for i in range(150)
        ]
        vectors = [client.embeddings.create(model=world.embedding, input=f"text {i}") for i in range(49)]
        answers = await asyncio.gather(*chats, *vectors)
    assert all(answer.choices[0].message.content for answer in answers[:150])
    assert all(answer.data[0].embedding for answer in answers[150:])


@pytest.mark.asyncio
async def test_three_hundred_calls_in_the_default_mode(world):
    """Each is a response in the background; callers that give up cancel theirs."""
    async with BatchOpenAI(base_url=world.api_base, api_key=world.api_key, poll_interval_seconds=1.0) as client:

        async def chat(i):
            answer = await client.chat.completions.create(
                model=world.chat, max_tokens=8, messages=[{"role": "user", "content": f"Say something about {i}."}]
            )
            assert answer.choices[0].message.content
            assert answer.usage.total_tokens > 0

        async def response(i):
            answer = await client.responses.create(model=world.chat, input=f"Say something else about {i}.")
            assert answer.output_text

        async def vector(i):
            answer = await client.embeddings.create(model=world.embedding, input=f"text {i}")
            assert answer.data[0].embedding

        async def given_up(i):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(
                    client.chat.completions.create(
                        model=world.slow, messages=[{"role": "user", "content": f"Take your time over {i}."}]
                    ),
                    timeout=2,
                )

        calls = [chat(i) for i in range(150)] + [response(i) for i in range(110)] + [vector(i) for i in range(20)]
        await asyncio.gather(*calls, *[given_up(i) for i in range(20)])
