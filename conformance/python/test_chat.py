"""Chat: plain answers and the parameters that shape them."""


def ask(client, world, text="Say something about rivers.", **parameters):
    return client.chat.completions.create(
        model=world.chat, messages=[{"role": "user", "content": text}], **parameters
    )


def test_plain_answer_has_text_usage_and_the_public_model_name(client, world):
    answer = ask(client, world)
    assert answer.object == "chat.completion"
    assert answer.model == world.chat
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason in ("stop", "length")
    usage = answer.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_n_gives_that_many_choices(client, world):
    answer = ask(client, world, n=3, max_tokens=8)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]


def test_max_tokens_ends_with_length(client, world):
    answer = ask(client, world, max_tokens=3)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens <= 3


def test_max_completion_tokens_ends_with_length(client, world):
    answer = ask(client, world, max_completion_tokens=3)
    assert answer.choices[0].finish_reason == "length"


def test_stop_ends_before_the_stop_word(client, world):
    whole = ask(client, world, seed=7, max_tokens=64).choices[0].message.content
    word = whole.split()[4]
    cut = ask(client, world, seed=7, max_tokens=64, stop=[word]).choices[0]
    assert word not in cut.message.content
    assert cut.finish_reason == "stop"


def test_system_assistant_and_content_parts_are_taken(client, world):
    answer = client.chat.completions.create(
        model=world.chat,
        messages=[
            {"role": "system", "content": "You are brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hello, "}, {"type": "text", "text": "world"}]},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "Once more, with ümläuts and 漢字 and 🦭."},
        ],
        max_tokens=16,
    )
    assert answer.choices[0].message.content


def test_service_tiers_of_realtime_are_taken(client, world):
    for tier in ("auto", "default", "priority"):
        assert ask(client, world, service_tier=tier, max_tokens=4).choices


def test_deprecated_and_rare_parameters_pass(client, world):
    answer = ask(
        client,
        world,
        temperature=0.2,
        top_p=0.9,
        presence_penalty=0.1,
        frequency_penalty=0.1,
        logit_bias={"50256": -100},
        user="somebody",
        seed=1,
        max_tokens=8,
    )
    assert answer.choices


def test_raw_response_shows_the_http_answer(client, world):
    raw = client.chat.completions.with_raw_response.create(
        model=world.chat, messages=[{"role": "user", "content": "hi"}], max_tokens=4
    )
    assert raw.status_code == 200
    assert raw.headers["content-type"].startswith("application/json")
    assert raw.parse().choices


def test_a_provider_that_serves_responses_alone(client):
    messages = [{"role": "user", "content": "Say something about rivers."}]
    whole = client.chat.completions.create(model="lab/alone", messages=messages)
    assert whole.choices[0].finish_reason == "stop"
    chunks = list(
        client.chat.completions.create(
            model="lab/alone", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
