"""Typed errors: each becomes the SDK's class with our code, and nothing deterministic is retried."""

import pytest
from openai import AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError, APIStatusError

QUESTION = [{"role": "user", "content": "hi"}]


def call(counted, world, **changes):
    return counted.openai.chat.completions.create(**{"model": world.chat, "messages": QUESTION, **changes})


@pytest.mark.parametrize(
    "key", ["sk-not-ours", "dw_sk_AAAAAAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBCCCCCC"], ids=["shape", "checksum"]
)
def test_a_bad_key_is_an_authentication_error_and_not_retried(counting, world, key):
    counted = counting(api_key=key)
    with pytest.raises(AuthenticationError) as caught:
        call(counted, world)
    assert caught.value.status_code == 401
    assert caught.value.code == "invalid_api_key"
    assert caught.value.type == "invalid_request_error"
    assert counted.count == 1


def test_a_revoked_key_is_refused_within_a_second(counting, world, new_key, management):
    import time

    key = new_key()
    counted = counting(api_key=key["key"])
    assert counted.openai.models.list().data
    assert management.delete(f"/admin/api/v1/users/current/api-keys/{key['id']}").status_code in (200, 204)
    time.sleep(1)
    with pytest.raises(AuthenticationError) as caught:
        call(counted, world)
    assert caught.value.code in ("revoked_api_key", "invalid_api_key")


def test_a_platform_key_is_refused_for_inference(counting, world):
    counted = counting(api_key=world.platform_key)
    with pytest.raises(PermissionDeniedError) as caught:
        call(counted, world)
    assert caught.value.code == "wrong_key_type"
    assert counted.count == 1


def test_a_key_for_other_models_is_refused(counting, world, new_key):
    counted = counting(api_key=new_key(scopes={"models": ["nothing-like-it-*"]})["key"])
    with pytest.raises(PermissionDeniedError) as caught:
        call(counted, world)
    assert caught.value.code == "model_not_allowed"


def test_a_key_for_other_endpoints_is_refused(counting, world, new_key):
    counted = counting(api_key=new_key(scopes={"endpoints": ["embeddings"]})["key"])
    with pytest.raises(PermissionDeniedError) as caught:
        call(counted, world)
    assert caught.value.code == "scope_denied"


def test_an_unknown_model_is_not_found_and_not_retried(counting, world):
    counted = counting()
    with pytest.raises(NotFoundError) as caught:
        call(counted, world, model="no/such:model")
    assert caught.value.code == "model_not_found"
    assert "no/such:model" in caught.value.message
    assert counted.count == 1


def test_an_unknown_path_is_not_found_in_the_same_envelope(counting):
    counted = counting()
    with pytest.raises(NotFoundError) as caught:
        counted.openai.get("/no-such-thing", cast_to=object)
    assert caught.value.code and caught.value.body["request_id"]


def test_a_missing_model_names_the_parameter(counting, world):
    counted = counting()
    with pytest.raises(BadRequestError) as caught:
        counted.openai.post("/chat/completions", cast_to=object, body={"messages": QUESTION})
    assert caught.value.code == "missing_required_parameter"
    assert caught.value.param == "model"
    assert counted.count == 1


def test_an_unsupported_tier_names_the_parameter(counting, world):
    counted = counting()
    with pytest.raises(BadRequestError) as caught:
        call(counted, world, service_tier="scale")
    assert caught.value.code == "invalid_value"
    assert caught.value.param == "service_tier"


def test_a_body_that_is_not_json_is_a_bad_request(counting):
    counted = counting()
    with pytest.raises(BadRequestError) as caught:
        counted.openai.post("/chat/completions", cast_to=object, content=b'{"model": ')
    assert caught.value.code == "invalid_json"


def test_a_second_model_field_is_refused(counting, world):
    counted = counting()
    body = f'{{"model":"{world.chat}","messages":[],"model":"another"}}'.encode()
    with pytest.raises(BadRequestError) as caught:
        counted.openai.post("/chat/completions", cast_to=object, content=body)
    assert caught.value.code == "invalid_json"


def test_a_body_over_the_limit_is_too_large_and_not_retried(counting, world):
    counted = counting(timeout=60)
    with pytest.raises(APIStatusError) as caught:
        call(counted, world, messages=[{"role": "user", "content": "x" * (33 * 1024 * 1024)}])
    assert caught.value.status_code == 413
    assert caught.value.code == "request_too_large"
    assert counted.count == 1


def test_an_error_before_a_stream_is_typed_too(counting, world):
    counted = counting()
    with pytest.raises(NotFoundError):
        list(call(counted, world, model="nope", stream=True))
