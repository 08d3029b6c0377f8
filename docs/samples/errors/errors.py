import os

import openai

client = openai.OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
    max_retries=4,  # of 429, 5xx and lost connections; Retry-After is honoured
    timeout=120,
)

try:
    client.chat.completions.create(model="no-such-model", messages=[{"role": "user", "content": "Hello!"}])
except openai.RateLimitError as error:
    print("still over the limit after four retries:", error.code)
except openai.APIStatusError as error:
    print(error.status_code, error.code, "request", error.request_id)
except openai.APIConnectionError as error:
    print("no answer at all:", error)
