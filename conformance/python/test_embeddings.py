"""Embeddings: floats, base64 (the SDK's default), one and many inputs, token ids, dimensions."""

import base64
import math
import os
import struct

import pytest

MODELS = [os.environ["CONFORMANCE_EMBEDDING_MODEL"], os.environ["CONFORMANCE_LOCAL_EMBEDDING_MODEL"]]


@pytest.fixture(params=MODELS, ids=["simulated", "local"])
def model(request):
    return request.param


def length(vector):
    return math.sqrt(sum(x * x for x in vector))


def test_default_of_the_sdk_is_base64_and_decodes_to_unit_vectors(client, model):
    answer = client.embeddings.create(model=model, input="The quick brown fox")
    assert answer.object == "list" and answer.model == model
    assert len(answer.data) == 1 and answer.data[0].object == "embedding"
    assert all(isinstance(x, float) for x in answer.data[0].embedding)
    assert length(answer.data[0].embedding) == pytest.approx(1, abs=1e-3)
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens


def test_base64_and_float_are_the_same_numbers(client, model):
    floats = client.embeddings.create(model=model, input="same", encoding_format="float").data[0].embedding
    text = client.embeddings.create(model=model, input="same", encoding_format="base64").data[0].embedding
    raw = base64.b64decode(text) if isinstance(text, str) else struct.pack(f"<{len(text)}f", *text)
    assert list(struct.unpack(f"<{len(raw) // 4}f", raw)) == pytest.approx(floats, abs=1e-6)


def test_many_inputs_keep_their_order(client, model):
    words = ["one", "two", "three", "four"]
    together = client.embeddings.create(model=model, input=words, encoding_format="float")
    assert [item.index for item in together.data] == [0, 1, 2, 3]
    alone = client.embeddings.create(model=model, input="three", encoding_format="float")
    assert together.data[2].embedding == pytest.approx(alone.data[0].embedding, abs=1e-4)


def test_token_ids_are_taken(client, model):
    one = client.embeddings.create(model=model, input=[15339, 1917])
    many = client.embeddings.create(model=model, input=[[15339, 1917], [15339]])
    assert len(one.data) == 1 and len(many.data) == 2


def test_dimensions_shorten_the_vector(client, model):
    answer = client.embeddings.create(model=model, input="short", dimensions=64, encoding_format="float")
    assert len(answer.data[0].embedding) == 64
    assert length(answer.data[0].embedding) == pytest.approx(1, abs=1e-3)


def test_the_local_model_knows_what_is_alike(client):
    cat, kitten, tax = (
        item.embedding
        for item in client.embeddings.create(
            model=MODELS[1], input=["a cat on a mat", "a kitten on a rug", "quarterly tax return"]
        ).data
    )
    near = sum(a * b for a, b in zip(cat, kitten))
    far = sum(a * b for a, b in zip(cat, tax))
    assert near > far + 0.2


def test_token_ids_of_the_local_model_mean_their_text(client):
    by_id = client.embeddings.create(model=MODELS[1], input=[15339, 1917], encoding_format="float")
    by_text = client.embeddings.create(model=MODELS[1], input="hello world", encoding_format="float")
    assert by_id.data[0].embedding == pytest.approx(by_text.data[0].embedding, abs=1e-3)
