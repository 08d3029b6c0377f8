import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const first = await client.responses.create({
  model: 'doubleword-demo',
  instructions: 'You are brief.',
  input: 'Why is the sea salty?',
});
console.log(first.output_text);

const second = await client.responses.create({
  model: 'doubleword-demo',
  previous_response_id: first.id,
  input: 'And why are lakes not?',
});
console.log(second.output_text);
console.log(second.usage.total_tokens, 'tokens');
