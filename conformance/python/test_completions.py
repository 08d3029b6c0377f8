"""Completions, the older text endpoint: plain and streamed."""


def test_plain(client, world):
    answer = client.completions.create(model=world.chat, prompt="Once upon a time", max_tokens=12)
    assert answer.object == "text_completion"
    assert answer.model == world.chat
    assert answer.choices[0].text
    assert answer.usage.completion_tokens <= 12


def test_many_prompts(client, world):
    answer = client.completions.create(model=world.chat, prompt=["One", "Two"], max_tokens=4)
    assert [choice.index for choice in answer.choices] == [0, 1]


def test_streamed(client, world):
    chunks = list(client.completions.create(model=world.chat, prompt="Once", max_tokens=12, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices)
    assert all(chunk.usage is None for chunk in chunks)


def test_streamed_with_usage(client, world):
    chunks = list(
        client.completions.create(
            model=world.chat, prompt="Once", max_tokens=6, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].usage.completion_tokens == 6
