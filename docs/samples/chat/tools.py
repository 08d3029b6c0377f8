import json
import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)


def get_weather(city):
    return {"city": city, "degrees": 21}


tools = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]
messages = [{"role": "user", "content": "What is the weather in Oslo?"}]

wish = client.chat.completions.create(
    model="doubleword-demo", messages=messages, tools=tools, tool_choice="required"
).choices[0].message
messages.append(wish)
for call in wish.tool_calls:
    result = get_weather(**json.loads(call.function.arguments))
    messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})

answer = client.chat.completions.create(model="doubleword-demo", messages=messages, tools=tools)
print(answer.choices[0].message.content)
