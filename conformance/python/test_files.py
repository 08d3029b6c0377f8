"""Files of requests: upload, list, read, delete; what is wrong with a line is said."""

import io
import json

import pytest
from openai import BadRequestError, NotFoundError


def line(world, custom_id, **body):
    return json.dumps({
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": world.chat, "messages": [{"role": "user", "content": "hi"}], **body},
    })


def upload(client, text, name="requests.jsonl", **more):
    return client.files.create(file=(name, io.BytesIO(text.encode())), purpose="batch", **more)


def test_a_file_goes_up_and_comes_back_as_it_was(client, world):
    text = "\n".join(line(world, f"id-{n}") for n in range(100))
    file = upload(client, text)
    assert file.object == "file" and file.purpose == "batch" and file.status == "processed"
    assert file.bytes == len(text.encode()) and file.filename == "requests.jsonl"
    assert client.files.content(file.id).text == text
    assert client.files.retrieve(file.id).model_dump() == file.model_dump()
    assert client.files.delete(file.id).deleted
    with pytest.raises(NotFoundError):
        client.files.retrieve(file.id)


def test_files_are_paged_by_the_sdk(client, world):
    made = [upload(client, line(world, "a")).id for _ in range(5)]
    listed = [file.id for file in client.files.list(limit=2)]
    assert [id for id in listed if id in made] == made[::-1]
    for id in made:
        client.files.delete(id)


def test_an_expiry_may_be_given(client, world):
    file = upload(client, line(world, "a"), expires_after={"anchor": "created_at", "seconds": 3600})
    assert file.expires_at - file.created_at == 3600
    client.files.delete(file.id)


def test_a_wrong_line_is_named(client, world):
    with pytest.raises(BadRequestError) as caught:
        upload(client, line(world, "a") + "\n" + line(world, "a"))
    assert caught.value.code == "invalid_file"
    assert "Line 2" in caught.value.message and "line 1" in caught.value.message
    assert caught.value.body["errors"]["data"][0]["line"] == 2


def test_other_purposes_are_refused(client, world):
    with pytest.raises(BadRequestError) as caught:
        client.files.create(file=("x.jsonl", io.BytesIO(b"{}")), purpose="fine-tune")
    assert caught.value.param == "purpose"
