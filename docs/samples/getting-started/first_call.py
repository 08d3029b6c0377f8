import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

reply = client.chat.completions.create(
    model="doubleword-demo",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(reply.choices[0].message.content)
