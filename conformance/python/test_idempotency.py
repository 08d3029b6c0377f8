"""Idempotency-Key on inference: a repeat gets the first answer, another body is refused."""

import uuid

import pytest
from openai import UnprocessableEntityError


def ask(client, world, key, text="Once"):
    return client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": text}],
        max_tokens=8,
        user=key,
        extra_headers={"Idempotency-Key": key},
    )


def test_a_repeat_gets_the_first_answer_and_no_second_run(client, world, simulator):
    key = str(uuid.uuid4())
    first, second = ask(client, world, key), ask(client, world, key)
    assert second.model_dump() == first.model_dump()
    assert simulator.count(lambda body: body.get("user") == key) == 1


def test_another_body_under_the_same_key_is_refused(client, world):
    key = str(uuid.uuid4())
    ask(client, world, key)
    with pytest.raises(UnprocessableEntityError) as caught:
        ask(client, world, key, text="Twice")
    assert caught.value.code == "idempotency_key_reused"
