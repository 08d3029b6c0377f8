// The Responses API with the official SDK, over models that speak chat completions.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { client, world } from './world.mjs';

const WEATHER = {
  type: 'function',
  name: 'weather',
  description: 'The weather at a place.',
  parameters: {
    type: 'object',
    properties: { place: { type: 'string' } },
    required: ['place'],
    additionalProperties: false,
  },
  strict: true,
};

async function ended(response) {
  const deadline = Date.now() + 60_000;
  let now = response;
  while ((now.status === 'queued' || now.status === 'in_progress') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await client.responses.retrieve(response.id);
  }
  return now;
}

describe('responses', () => {
  test('create, retrieve, delete', async () => {
    const made = await client.responses.create({ model: world.chat, input: 'Hello' });
    assert.equal(made.status, 'completed');
    assert.ok(made.output_text);
    assert.equal((await client.responses.retrieve(made.id)).output_text, made.output_text);
    await client.responses.delete(made.id);
    await assert.rejects(client.responses.retrieve(made.id), { status: 404 });
  });

  test('stream', async () => {
    let text = '';
    let last;
    for await (const event of await client.responses.create({ model: world.chat, input: 'Hello', stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event;
    }
    assert.equal(last.type, 'response.completed');
    assert.equal(last.response.output[0].content[0].text, text);
  });

  test('parse with a schema', async () => {
    const port = z.object({ name: z.string(), berths: z.number() });
    const parsed = await client.responses.parse({
      model: world.chat,
      input: 'Describe a port.',
      text: { format: zodTextFormat(port, 'port') },
    });
    assert.equal(typeof parsed.output_parsed.berths, 'number');
  });

  test('tools in a loop', async () => {
    let response = await client.responses.create({ model: world.chat, input: 'Weather in Rome?', tools: [WEATHER] });
    let turns = 0;
    for (;;) {
      const calls = response.output.filter((item) => item.type === 'function_call');
      if (calls.length === 0) break;
      turns += 1;
      assert.ok(turns < 5);
      response = await client.responses.create({
        model: world.chat,
        previous_response_id: response.id,
        input: calls.map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: '{"degrees":21}' })),
        tools: [WEATHER],
      });
    }
    assert.equal(turns, 1);
    assert.ok(response.output_text);
  });

  test('background, poll and cancel', async () => {
    const done = await ended(await client.responses.create({ model: world.chat, input: 'Hello', background: true }));
    assert.equal(done.status, 'completed');
    assert.ok(done.output_text);
    const slow = await client.responses.create({ model: world.slow, input: 'Hello', background: true });
    assert.equal((await client.responses.cancel(slow.id)).status, 'cancelled');
  });

  test('conversations', async () => {
    const conversation = await client.conversations.create({
      items: [{ role: 'user', content: 'My name is Ada.' }],
      metadata: { topic: 'names' },
    });
    assert.deepEqual(await client.conversations.retrieve(conversation.id), conversation);
    const made = await client.responses.create({ model: world.chat, conversation: conversation.id, input: 'Hello' });
    assert.equal(made.conversation.id, conversation.id);
    const behind = { model: world.chat, conversation: conversation.id, input: 'Again', background: true };
    const second = await ended(await client.responses.create(behind));
    assert.ok(second.usage.input_tokens > made.usage.input_tokens);
    const texts = [];
    for await (const item of client.conversations.items.list(conversation.id, { order: 'asc', limit: 2 })) {
      texts.push(item.content[0].text);
    }
    assert.deepEqual(texts, ['My name is Ada.', 'Hello', made.output_text, 'Again', second.output_text]);
    const changed = await client.conversations.update(conversation.id, { metadata: { topic: 'bees' } });
    assert.deepEqual(changed.metadata, { topic: 'bees' });
    const added = await client.conversations.items.create(conversation.id, {
      items: [{ role: 'user', content: 'More' }],
    });
    const item = await client.conversations.items.retrieve(added.first_id, { conversation_id: conversation.id });
    assert.equal(item.content[0].text, 'More');
    await client.conversations.items.delete(added.first_id, { conversation_id: conversation.id });
    assert.equal((await client.conversations.delete(conversation.id)).deleted, true);
    await assert.rejects(client.conversations.retrieve(conversation.id), { status: 404 });
  });
});
