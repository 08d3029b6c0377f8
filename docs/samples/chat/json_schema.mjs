import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const Port = z.object({ name: z.string(), berths: z.number().int() });

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const reply = await client.chat.completions.parse({
  model: 'doubleword-demo',
  messages: [{ role: 'user', content: 'Describe a port.' }],
  response_format: zodResponseFormat(Port, 'port'),
});
const port = reply.choices[0].message.parsed;
console.log(port.name, 'has', port.berths, 'berths');
