import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const lines = ['What is a tide?', 'What is a moon?'].map((content, number) =>
  JSON.stringify({
    custom_id: `question-${number}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'doubleword-demo', messages: [{ role: 'user', content }], max_completion_tokens: 200 },
  }),
);

const file = await client.files.create({
  file: await toFile(Buffer.from(lines.join('\n')), 'questions.jsonl'),
  purpose: 'batch',
});
console.log(file.id, file.bytes, 'bytes');

const content = await client.files.content(file.id);
console.log((await content.text()).split('\n').filter(Boolean).length, 'lines');

await client.files.delete(file.id);
