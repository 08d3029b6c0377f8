import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const getWeather = ({ city }) => ({ city, degrees: 21 });

const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const model = 'doubleword-demo';

const first = await client.chat.completions.create({ model, messages, tools, tool_choice: 'required' });
const wish = first.choices[0].message;
messages.push(wish);
for (const call of wish.tool_calls) {
  const result = getWeather(JSON.parse(call.function.arguments));
  messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) });
}

const answer = await client.chat.completions.create({ model, messages, tools });
console.log(answer.choices[0].message.content);
