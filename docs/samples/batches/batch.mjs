import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const requests = Array.from({ length: 10 }, (_, number) => ({
  custom_id: `question-${number}`,
  method: 'POST',
  url: '/v1/chat/completions',
  body: {
    model: 'doubleword-demo',
    max_tokens: 20,
    messages: [{ role: 'user', content: `Tell me about the number ${number}.` }],
  },
}));
const lines = requests.map((request) => JSON.stringify(request)).join('\n');
const file = await client.files.create({
  file: await toFile(Buffer.from(lines), 'questions.jsonl'),
  purpose: 'batch',
});
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
});

while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  batch = await client.batches.retrieve(batch.id);
}

console.log(batch.status, batch.request_counts);
const output = await client.files.content(batch.output_file_id);
for (const line of (await output.text()).trim().split('\n')) {
  const result = JSON.parse(line);
  console.log(result.custom_id, result.response.body.choices[0].message.content);
}
