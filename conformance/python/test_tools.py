"""Tools: the model calls a function, gets its result, and answers."""

import json

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}
FORCED = {"type": "function", "function": {"name": "get_weather"}}


def test_a_tool_call_round_trip(client, world):
    messages = [{"role": "user", "content": "What is the weather in Kraków?"}]
    first = client.chat.completions.create(model=world.chat, messages=messages, tools=[WEATHER], tool_choice=FORCED)
    call = first.choices[0].message.tool_calls[0]
    assert call.type == "function" and call.id and call.function.name == "get_weather"
    arguments = json.loads(call.function.arguments)
    assert isinstance(arguments["city"], str) and arguments["unit"] in ("celsius", "fahrenheit")
    assert first.choices[0].finish_reason in ("tool_calls", "stop")

    messages.append(first.choices[0].message.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": call.id, "content": '{"degrees": 21}'})
    second = client.chat.completions.create(model=world.chat, messages=messages, tools=[WEATHER])
    assert second.choices[0].message.content


def test_required_choice_makes_a_call(client, world):
    answer = client.chat.completions.create(
        model=world.chat, messages=[{"role": "user", "content": "Weather?"}], tools=[WEATHER], tool_choice="required"
    )
    assert answer.choices[0].message.tool_calls


def test_streamed_tool_calls_join_to_valid_arguments(client, world):
    stream = client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": "Weather in Oslo?"}],
        tools=[WEATHER],
        tool_choice=FORCED,
        stream=True,
    )
    name, arguments = "", ""
    for chunk in stream:
        for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
            name += call.function.name or ""
            arguments += call.function.arguments or ""
    assert name == "get_weather"
    assert set(json.loads(arguments)) == {"city", "unit"}
