import os

from openai import OpenAI
from pydantic import BaseModel


class Port(BaseModel):
    name: str
    berths: int


client = OpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

reply = client.chat.completions.parse(
    model="doubleword-demo",
    messages=[{"role": "user", "content": "Describe a port."}],
    response_format=Port,
)
port = reply.choices[0].message.parsed
print(port.name, "has", port.berths, "berths")
