import os
import time

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

response = client.responses.create(
    model="doubleword-demo",
    input="Write about the history of harbours.",
    background=True,
    service_tier="flex",  # cheaper, when there is room; leave it out for as soon as possible
)
while response.status in ("queued", "in_progress"):
    time.sleep(1)
    response = client.responses.retrieve(response.id)

print(response.status)
print(response.output_text)
