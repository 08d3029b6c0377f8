import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const events = await client.responses.create({
  model: 'doubleword-demo',
  input: 'Tell me about tides.',
  stream: true,
});
for await (const event of events) {
  if (event.type === 'response.output_text.delta') {
    process.stdout.write(event.delta);
  } else if (event.type === 'response.completed') {
    console.log(`\n${event.response.usage.output_tokens} tokens`);
  }
}
