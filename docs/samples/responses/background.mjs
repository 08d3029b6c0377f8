import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

let response = await client.responses.create({
  model: 'doubleword-demo',
  input: 'Write about the history of harbours.',
  background: true,
  service_tier: 'flex', // cheaper, when there is room; leave it out for as soon as possible
});
while (response.status === 'queued' || response.status === 'in_progress') {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  response = await client.responses.retrieve(response.id);
}
console.log(response.status);
console.log(response.output_text);
