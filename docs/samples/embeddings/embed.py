import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

texts = ["a cat on a mat", "a kitten on a rug", "quarterly tax return"]
answer = client.embeddings.create(model="all-minilm-l6-v2", input=texts)
cat, *others = [item.embedding for item in answer.data]

for text, vector in zip(texts[1:], others):
    alike = sum(a * b for a, b in zip(cat, vector))
    print(f"{alike:.2f}  {text}")
