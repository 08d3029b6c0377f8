import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
    timeout=3600,
)

answer = client.chat.completions.create(
    model="doubleword-demo",
    service_tier="flex",
    messages=[{"role": "user", "content": "Name three rivers."}],
)
print(answer.choices[0].message.content)
