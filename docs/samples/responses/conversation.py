import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

conversation = client.conversations.create(
    items=[{"role": "user", "content": "I keep bees."}],
    metadata={"topic": "bees"},
)
for question in ("What should I do in spring?", "And in autumn?"):
    response = client.responses.create(
        model="doubleword-demo",
        conversation=conversation.id,
        input=question,
    )
    print(response.output_text)

for item in client.conversations.items.list(conversation.id, order="asc"):
    print(item.role, len(item.content[0].text))
