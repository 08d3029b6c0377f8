import asyncio
import os

from autobatcher import BatchOpenAI


async def main():
    async with BatchOpenAI(
        base_url=os.environ["DOUBLEWORD_API_BASE"],
        api_key=os.environ["DOUBLEWORD_API_KEY"],
        completion_window="24h",
    ) as client:
        texts = ["a cat on a mat", "a kitten on a rug", "quarterly tax return"]
        answers = await asyncio.gather(*(
            client.embeddings.create(model="all-minilm-l6-v2", input=text)
            for text in texts
        ))
        for text, answer in zip(texts, answers):
            print(text, len(answer.data[0].embedding), "numbers")


asyncio.run(main())
