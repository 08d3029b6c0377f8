import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, question, world } from './world.mjs';

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};
const forced = { type: 'function', function: { name: 'get_weather' } };

describe('tools', () => {
  it('makes a round trip', async () => {
    const messages = question('What is the weather in Kraków?');
    const create = (extra) =>
      client.chat.completions.create({ model: world.chat, messages, tools: [weather], ...extra });
    const first = await create({ tool_choice: forced });
    const call = first.choices[0].message.tool_calls[0];
    assert.equal(call.type, 'function');
    assert.equal(call.function.name, 'get_weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
    messages.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '{"degrees":21}' });
    assert.ok((await create()).choices[0].message.content);
  });

  it('streams calls whose arguments join', async () => {
    const stream = client.chat.completions.stream({
      model: world.chat,
      messages: question('Weather in Oslo?'),
      tools: [weather],
      tool_choice: forced,
    });
    const final = await stream.finalChatCompletion();
    const call = final.choices[0].message.tool_calls[0];
    assert.deepEqual(Object.keys(JSON.parse(call.function.arguments)).sort(), ['city', 'unit']);
  });
});
