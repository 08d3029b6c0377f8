"""Usage in OpenAI's shape, read with the SDK's admin client and a platform key."""

import time

import pytest
from openai import OpenAI, PermissionDeniedError


@pytest.fixture(scope="module")
def admin(world):
    with OpenAI(base_url=world.api_base, api_key=world.api_key, admin_api_key=world.platform_key) as client:
        yield client.admin.organization.usage


def results(page):
    return [result for bucket in page.data for result in bucket.results]


def requests(page):
    return sum(result.num_model_requests for result in results(page))


def hour_ago():
    return int(time.time()) - 3600


def test_completions_count_requests_and_tokens_by_model_and_key(client, admin, world):
    def seen():
        return admin.completions(
            start_time=hour_ago(), bucket_width="1h", group_by=["model", "api_key_id"], models=[world.chat]
        )

    before = seen()
    answer = client.chat.completions.create(
        model=world.chat, messages=[{"role": "user", "content": "Count me."}], max_tokens=16
    )
    deadline = time.monotonic() + 60
    while requests(after := seen()) == requests(before):
        assert time.monotonic() < deadline, "the request did not reach the usage within a minute"
        time.sleep(0.2)
    assert after.object == "page"
    assert {result.object for result in results(after)} == {"organization.usage.completions.result"}
    assert {result.model for result in results(after)} == {world.chat}
    assert all(result.api_key_id.startswith("key_") for result in results(after))
    # Other suites may use the same model meanwhile.
    added = sum(r.output_tokens for r in results(after)) - sum(r.output_tokens for r in results(before))
    assert added >= answer.usage.completion_tokens > 0


def test_embeddings_have_their_own_kind(client, admin, world):
    client.embeddings.create(model=world.embedding, input="Count me too.")
    deadline = time.monotonic() + 60
    while not requests(page := admin.embeddings(start_time=hour_ago(), bucket_width="1h")):
        assert time.monotonic() < deadline, "the request did not reach the usage within a minute"
        time.sleep(0.2)
    assert {result.object for result in results(page)} == {"organization.usage.embeddings.result"}


def test_buckets_are_paged(admin):
    page = admin.completions(start_time=hour_ago() - 5 * 3600, bucket_width="1h", limit=2)
    assert len(page.data) == 2 and page.has_more
    following = admin.completions(start_time=hour_ago() - 5 * 3600, bucket_width="1h", limit=2, page=page.next_page)
    assert following.data[0].start_time == page.data[-1].end_time


def test_inference_key_is_refused(world):
    with OpenAI(base_url=world.api_base, api_key=world.api_key, admin_api_key=world.api_key) as client:
        with pytest.raises(PermissionDeniedError) as refused:
            client.admin.organization.usage.completions(start_time=hour_ago())
    assert refused.value.code == "wrong_key_type"
