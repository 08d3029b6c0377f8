import json
import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

questions = ["What is a tide?", "What is a moon?", "What is a wave?"]
lines = [
    json.dumps({
        "custom_id": f"question-{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "doubleword-demo",
            "messages": [{"role": "user", "content": question}],
            "max_completion_tokens": 200,
        },
    })
    for number, question in enumerate(questions)
]

file = client.files.create(file=("questions.jsonl", "\n".join(lines).encode()), purpose="batch")
print(file.id, file.bytes, "bytes")

content = client.files.content(file.id)
print(len(content.text.splitlines()), "lines")

client.files.delete(file.id)
