import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const reply = await client.chat.completions.create({
  model: 'doubleword-demo',
  messages: [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content: 'Why is the sea salty?' },
  ],
  max_tokens: 60,
});
console.log(reply.choices[0].message.content);
console.log(reply.usage.total_tokens, 'tokens, request', reply._request_id);
