import asyncio
import os

from autobatcher import BatchOpenAI


async def main():
    async with BatchOpenAI(
        base_url=os.environ["DOUBLEWORD_API_BASE"],
        api_key=os.environ["DOUBLEWORD_API_KEY"],
        completion_window="24h",
    ) as client:
        questions = ["What is a tide?", "What is a moon?", "What is a wave?"]
        answers = await asyncio.gather(*(
            client.chat.completions.create(
                model="doubleword-demo",
                messages=[{"role": "user", "content": question}],
            )
            for question in questions
        ))
        for question, answer in zip(questions, answers):
            print(question, answer.choices[0].message.content)


asyncio.run(main())
