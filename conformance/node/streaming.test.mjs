import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simulator } from './simulator.mjs';
import { client, manage, question, world } from './world.mjs';

const open = (parameters = {}) =>
  client.chat.completions.create({ model: world.chat, messages: question(), stream: true, ...parameters });

const collect = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

const text = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');

describe('streaming', () => {
  it('joins to a text and ends with one reason', async () => {
    const chunks = await collect(await open({ max_tokens: 40 }));
    assert.ok(text(chunks));
    assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason).length, 1);
    assert.ok(chunks.every((chunk) => chunk.model === world.chat && !chunk.usage && chunk.choices.length));
  });

  it('adds a usage chunk when asked', async () => {
    const chunks = await collect(await open({ max_tokens: 8, stream_options: { include_usage: true } }));
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.completion_tokens, 8);
  });

  it('says the same as a plain answer', async () => {
    const same = { model: world.chat, messages: question('Same?'), seed: 11, max_tokens: 30 };
    const plain = (await client.chat.completions.create(same)).choices[0].message.content;
    assert.equal(text(await collect(await client.chat.completions.create({ ...same, stream: true }))), plain);
  });

  it('feeds the stream helper of the SDK', async () => {
    const runner = client.chat.completions.stream({ model: world.chat, messages: question(), max_tokens: 12 });
    let pieces = 0;
    runner.on('content', () => pieces++);
    assert.ok(await runner.finalContent());
    assert.ok(pieces > 1);
  });

  it('is an error when the upstream cuts it', async () => {
    await simulator.script('sim-fragile', 'cut?after=3');
    await assert.rejects(async () => collect(await open({ model: world.fragile })), { code: 'upstream_disconnected' });
  });

  it('lets a reader leave, and the log says so', async () => {
    const { data: stream, response } = await client.chat.completions
      .create({ model: world.slow, messages: question(), stream: true })
      .withResponse();
    const id = response.headers.get('x-request-id');
    for await (const chunk of stream) {
      assert.ok(chunk.id);
      break;
    }
    stream.controller.abort();
    assert.equal((await entry(id)).cause, 'client_gone');
    assert.ok((await client.models.list()).data.length);
  });
});

/** The request log is written by groups, so a row may be a moment late. */
async function entry(id) {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { entries } = await manage('GET', '/admin/api/v1/requests?limit=50');
    const found = entries.find((each) => each.request_id === id);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} is not in the request log after 10 s`);
}
