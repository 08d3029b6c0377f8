"""autobatcher, unmodified, where it makes batches: `completion_window="24h"`, and embeddings always."""

import asyncio
import time
import uuid
from decimal import Decimal

import pytest
from autobatcher import BatchOpenAI
from openai import AsyncOpenAI


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


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("way", "saved"),
    [
        ("realtime", 0),
        ("flex", 50),
        ("24h", 90),
    ],
)
async def test_what_the_ways_to_run_the_same_calls_save(world, new_key, management, way, saved):
    """The demo model has a price for each: with openai as usual, and with autobatcher in one line's difference."""
    label = f"way-{uuid.uuid4().hex[:8]}"
    address = {"base_url": world.api_base, "api_key": new_key(labels={"way": label})["key"]}
    if way == "realtime":
        made = AsyncOpenAI(**address)
    elif way == "flex":
        made = BatchOpenAI(**address, poll_interval_seconds=1.0)
    else:
        made = BatchOpenAI(
            **address, completion_window="24h", batch_window_seconds=1.0, poll_interval_seconds=0.5
        )
    async with made as client:
        answers = await asyncio.gather(
            *(
                client.chat.completions.create(
                    model="doubleword-demo", messages=[{"role": "user", "content": f"What is {i} times {i}?"}]
                )
                for i in range(5)
            )
        )
    tokens = sum(answer.usage.total_tokens for answer in answers)
    deadline = time.monotonic() + 60
    while True:
        usage = management.get("/admin/api/v1/usage", params={"label": f"way={label}"}).json()
        if usage["total_request_count"] == 5 or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    assert usage["total_input_tokens"] + usage["total_output_tokens"] == tokens
    realtime = Decimal(usage["estimated_realtime_cost"])
    assert realtime > 0
    assert 100 - 100 * Decimal(usage["total_cost"]) / realtime == saved
