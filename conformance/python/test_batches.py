"""Files and batches, as the SDK's users run them."""

import json
import time

import pytest
from openai import BadRequestError, NotFoundError
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion

PATIENCE_SECONDS = 120


def chat_line(world, name, **body):
    return {
        "custom_id": name,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": world.chat,
            "max_tokens": 8,
            "messages": [{"role": "user", "content": f"Say something about {name}."}],
            **body,
        },
    }


def upload(client, lines):
    text = "\n".join(json.dumps(line) for line in lines)
    return client.files.create(file=("requests.jsonl", text.encode()), purpose="batch")


def order(client, file, window="24h", **more):
    return client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window=window, **more
    )


def finished(client, batch):
    end = time.monotonic() + PATIENCE_SECONDS
    while batch.status not in ("completed", "failed", "expired", "cancelled"):
        assert time.monotonic() < end, batch
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    return batch


def results(client, file_id):
    return [json.loads(line) for line in client.files.content(file_id).text.splitlines()]


@pytest.mark.parametrize("window", ["1h", "24h"])
def test_a_file_becomes_a_batch_and_its_output(client, world, window):
    lines = [chat_line(world, f"line-{i}") for i in range(60)]
    lines += [
        {
            "custom_id": f"vector-{i}",
            "method": "POST",
            "url": "/v1/embeddings",
            "body": {"model": world.embedding, "input": "rivers"},
        }
        for i in range(10)
    ]
    batch = order(client, upload(client, lines), window, metadata={"purpose": "test"})
    assert batch.output_file_id and batch.metadata == {"purpose": "test"}
    assert client.files.content(batch.output_file_id).response.status_code == 200

    batch = finished(client, batch)

    assert batch.status == "completed"
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (70, 70, 0)
    output = results(client, batch.output_file_id)
    assert {line["custom_id"] for line in output} == {line["custom_id"] for line in lines}
    assert len(output) == 70
    for line in output:
        assert line["error"] is None and line["response"]["status_code"] == 200
        strict = ChatCompletion if line["custom_id"].startswith("line") else CreateEmbeddingResponse
        answer = strict.model_validate(line["response"]["body"])
        if strict is CreateEmbeddingResponse:
            assert isinstance(answer.data[0].embedding, list)


def test_a_line_that_asks_for_a_stream_gets_a_whole_answer(client, world):
    lines = [chat_line(world, "streamed", stream=True, stream_options={"include_usage": True})]
    batch = finished(client, order(client, upload(client, lines)))
    [line] = results(client, batch.output_file_id)
    assert ChatCompletion.model_validate(line["response"]["body"]).object == "chat.completion"


def test_the_list_pages_and_cancel_answers(client, world):
    batch = order(client, upload(client, [chat_line(world, "one")]))
    assert batch.id in [each.id for each in client.batches.list(limit=5)]
    assert client.batches.cancel(batch.id).status in ("cancelling", "cancelled", "completed", "in_progress")
    assert finished(client, batch).status in ("cancelled", "completed")


def test_wrong_orders_are_refused(client, world):
    file = upload(client, [chat_line(world, "one")])
    with pytest.raises(BadRequestError) as wrong:
        order(client, file, window="3w")
    assert "1h" in str(wrong.value)
    with pytest.raises(NotFoundError):
        client.batches.retrieve("batch_00000000000")
