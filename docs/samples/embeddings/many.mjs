import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const lines = ['a cat on a mat', 'a kitten on a rug'].map((input, number) =>
  JSON.stringify({
    custom_id: `text-${number}`,
    method: 'POST',
    url: '/v1/embeddings',
    body: { model: 'all-minilm-l6-v2', input },
  }),
);
const file = await client.files.create({
  file: await toFile(Buffer.from(lines.join('\n')), 'texts.jsonl'),
  purpose: 'batch',
});
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/embeddings',
  completion_window: '24h',
});

// Each call answers when the batch has ended, or after 30 seconds.
while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
  batch = await client.batches.retrieve(batch.id, { headers: { Prefer: 'wait=30' } });
}
const output = await client.files.content(batch.output_file_id);
for (const line of (await output.text()).trim().split('\n')) {
  const result = JSON.parse(line);
  console.log(result.custom_id, result.response.body.data[0].embedding.length, 'numbers');
}
