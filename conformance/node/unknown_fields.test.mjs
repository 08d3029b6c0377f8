import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simulator } from './simulator.mjs';
import { client, question, world } from './world.mjs';

describe('unknown fields', () => {
  it('reach the upstream as they were', async () => {
    await client.chat.completions.create({
      model: world.chat,
      messages: question(),
      max_tokens: 2,
      user: 'node-extra',
      top_k: 40,
      chat_template_kwargs: { b: 1, a: [true, null, 'é'] },
    });
    const body = await simulator.lastBody((each) => each.user === 'node-extra');
    assert.equal(body.top_k, 40);
    assert.equal(JSON.stringify(body.chat_template_kwargs), '{"b":1,"a":[true,null,"é"]}');
  });
});
