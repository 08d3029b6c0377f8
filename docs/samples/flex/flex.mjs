import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
  timeout: 3600 * 1000,
});

const answer = await client.chat.completions.create({
  model: 'doubleword-demo',
  service_tier: 'flex',
  messages: [{ role: 'user', content: 'Name three rivers.' }],
});
console.log(answer.choices[0].message.content);
