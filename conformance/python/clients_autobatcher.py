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
