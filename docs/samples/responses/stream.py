import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

events = client.responses.create(
    model="doubleword-demo",
    input="Tell me about tides.",
    stream=True,
)
for event in events:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
    elif event.type == "response.completed":
        print("\n", event.response.usage.output_tokens, "tokens")
