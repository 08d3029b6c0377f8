"""Retries and timeouts: what the SDK repeats by itself, how long it waits, and that it then succeeds."""

import time

import pytest
from openai import APITimeoutError, InternalServerError, RateLimitError

QUESTION = [{"role": "user", "content": "hi"}]


def ask(counted, world, **changes):
    return counted.openai.chat.completions.create(
        **{"model": world.chat, "messages": QUESTION, "max_tokens": 2, **changes}
    )


def exhaust(counted, world):
    """Calls without retries until the limit answers; gives the refusal."""
    for _ in range(50):
        try:
            ask(counted, world)
        except RateLimitError as refusal:
            return refusal
    raise AssertionError("50 calls in a row met no limit of 20 requests a minute")


def test_the_limit_of_a_key_is_a_rate_limit_error_with_a_wait(counting, world, new_key):
    key = new_key(limits={"requests_per_minute": 20})["key"]
    refusal = exhaust(counting(api_key=key, max_retries=0), world)
    assert refusal.status_code == 429
    assert refusal.code == "rate_limit_requests"
    assert 1 <= int(refusal.response.headers["retry-after"]) <= 60


def test_retry_after_is_honoured_and_the_call_then_succeeds(counting, world, new_key):
    key = new_key(limits={"requests_per_minute": 20})["key"]
    refusal = exhaust(counting(api_key=key, max_retries=0), world)
    wait = int(refusal.response.headers["retry-after"])
    counted = counting(api_key=key)
    began = time.monotonic()
    assert ask(counted, world).choices
    took = time.monotonic() - began
    assert counted.responses[0].status_code == 429 and counted.responses[-1].status_code == 200
    assert took >= wait - 1


def test_a_failing_upstream_is_retried_and_then_succeeds(counting, world, simulator):
    counted = counting()
    simulator.script("sim-fragile", "500")
    assert ask(counted, world, model=world.fragile).choices
    assert [answer.status_code for answer in counted.responses] == [502, 200]
    assert counted.requests[1].headers["x-stainless-retry-count"] == "1"


def test_an_upstream_that_keeps_failing_is_an_internal_server_error(counting, world):
    counted = counting()
    with pytest.raises(InternalServerError) as caught:
        ask(counted, world, model=world.broken)
    assert caught.value.code in ("upstream_error", "no_capacity")
    assert counted.count == 3


def test_a_slow_answer_is_a_timeout(counting, world):
    counted = counting(timeout=0.5, max_retries=0)
    with pytest.raises(APITimeoutError):
        ask(counted, world, model=world.late)
