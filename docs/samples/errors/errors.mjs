import OpenAI, { APIError, RateLimitError } from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
  maxRetries: 4, // of 429, 5xx and lost connections; Retry-After is honoured
  timeout: 120_000,
});

try {
  await client.chat.completions.create({ model: 'no-such-model', messages: [{ role: 'user', content: 'Hello!' }] });
} catch (error) {
  if (error instanceof RateLimitError) console.log('still over the limit after four retries:', error.code);
  else if (error instanceof APIError) console.log(error.status, error.code, 'request', error.requestID);
  else throw error;
}
