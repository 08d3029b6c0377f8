import json
import os
import time

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

requests = [
    {
        "custom_id": f"question-{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "doubleword-demo",
            "max_tokens": 20,
            "messages": [{"role": "user", "content": f"Tell me about the number {number}."}],
        },
    }
    for number in range(10)
]
lines = "\n".join(json.dumps(request) for request in requests)
file = client.files.create(file=("questions.jsonl", lines.encode()), purpose="batch")
batch = client.batches.create(
    input_file_id=file.id,
    endpoint="/v1/chat/completions",
    completion_window="24h",
)

while batch.status not in ("completed", "failed", "expired", "cancelled"):
    time.sleep(1)
    batch = client.batches.retrieve(batch.id)

print(batch.status, batch.request_counts)
for line in client.files.content(batch.output_file_id).text.splitlines():
    result = json.loads(line)
    print(result["custom_id"], result["response"]["body"]["choices"][0]["message"]["content"])
