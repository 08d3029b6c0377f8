"""Request ids and rate-limit headers: on answers, streams and errors, the same everywhere."""

import pytest
from openai import NotFoundError

QUESTION = [{"role": "user", "content": "hi"}]


def test_the_sdk_shows_the_request_id(client, world):
    answer = client.chat.completions.create(model=world.chat, messages=QUESTION, max_tokens=2)
    assert answer._request_id.startswith("req_")


def test_two_requests_have_two_ids(client):
    assert client.models.list()._request_id != client.models.list()._request_id


def test_an_error_carries_the_id_in_header_and_body(client, world):
    with pytest.raises(NotFoundError) as caught:
        client.chat.completions.create(model="nope", messages=QUESTION)
    assert caught.value.request_id.startswith("req_")
    assert caught.value.body["request_id"] == caught.value.request_id


def test_the_id_finds_the_request_in_the_log(client, world, management):
    from test_streaming import await_entry

    answer = client.chat.completions.create(model=world.chat, messages=QUESTION)
    entry = await_entry(management, answer._request_id)
    assert entry["model"] == world.chat and entry["status"] == 200 and entry["cause"] == "completed"


def test_rate_limit_headers_stand_on_answers_of_a_limited_key(world, counting, new_key):
    counted = counting(api_key=new_key(limits={"requests_per_minute": 600, "tokens_per_minute": 1_000_000})["key"])
    raw = counted.openai.chat.completions.with_raw_response.create(
        model=world.chat, messages=QUESTION, max_tokens=2
    )
    for kind in ("requests", "tokens"):
        assert int(raw.headers[f"x-ratelimit-limit-{kind}"]) > 0
        assert int(raw.headers[f"x-ratelimit-remaining-{kind}"]) >= 0
        assert raw.headers[f"x-ratelimit-reset-{kind}"]
    assert raw.headers["x-ratelimit-limit-requests"] == "600"
