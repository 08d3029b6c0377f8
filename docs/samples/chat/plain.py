import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

reply = client.chat.completions.create(
    model="doubleword-demo",
    messages=[
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "Why is the sea salty?"},
    ],
    max_tokens=60,
    extra_body={"top_k": 40},  # not an OpenAI field: it goes to the model as it is
)
print(reply.choices[0].message.content)
print(reply.usage.total_tokens, "tokens, request", reply._request_id)
