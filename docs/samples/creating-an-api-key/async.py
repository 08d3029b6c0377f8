from autobatcher import BatchOpenAI
import asyncio
import os

client = BatchOpenAI(
    base_url=os.environ["DOUBLEWORD_API_BASE"],
    api_key=os.environ["DOUBLEWORD_API_KEY"],
)

async def main():
    response = await client.chat.completions.create(
        model="doubleword-demo",
        messages=[{"role": "user", "content": "Hello!"}],
    )
    print(response.choices[0].message.content)
    await client.close()

asyncio.run(main())
