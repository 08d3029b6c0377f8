"""Fields we do not know pass through to the model untouched, in their order."""


def test_extra_body_reaches_the_upstream(client, world, simulator):
    client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": "hi", "cache_control": {"type": "ephemeral"}}],
        max_tokens=2,
        user="extra-body",
        extra_body={"top_k": 40, "chat_template_kwargs": {"b": 1, "a": [True, None, "é"]}, "min_p": 0.05},
    )
    body = simulator.last_body(lambda body: body.get("user") == "extra-body")
    assert body["top_k"] == 40
    assert body["min_p"] == 0.05
    assert body["chat_template_kwargs"] == {"b": 1, "a": [True, None, "é"]}
    assert list(body["chat_template_kwargs"]) == ["b", "a"]
    assert body["messages"][0]["cache_control"] == {"type": "ephemeral"}


def test_unknown_query_parameters_and_headers_do_no_harm(client, world):
    answer = client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": "hi"}],
        max_tokens=2,
        extra_query={"api-version": "2024-01-01"},
        extra_headers={"OpenAI-Beta": "assistants=v2", "OpenAI-Organization": "org-x"},
    )
    assert answer.choices


def test_our_key_does_not_reach_the_upstream(client, world, simulator):
    client.chat.completions.create(
        model=world.chat, messages=[{"role": "user", "content": "hi"}], max_tokens=2, user="no-key"
    )
    headers = simulator.last_headers(lambda body: body.get("user") == "no-key")
    assert world.api_key not in str(headers)
