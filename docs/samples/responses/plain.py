import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

first = client.responses.create(
    model="doubleword-demo",
    instructions="You are brief.",
    input="Why is the sea salty?",
)
print(first.output_text)

second = client.responses.create(
    model="doubleword-demo",
    previous_response_id=first.id,
    input="And why are lakes not?",
)
print(second.output_text)
print(second.usage.total_tokens, "tokens")
