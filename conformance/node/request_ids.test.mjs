import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, counting, newKey, question, world } from './world.mjs';

describe('request ids', () => {
  it('stand on answers and errors', async () => {
    const answer = await client.chat.completions.create({ model: world.chat, messages: question(), max_tokens: 2 });
    assert.match(answer._request_id, /^req_/);
    await assert.rejects(client.models.retrieve('nope'), (error) => {
      assert.match(error.requestID, /^req_/);
      assert.equal(error.error.request_id, error.requestID);
      return true;
    });
  });

  it('rate-limit headers stand beside them', async (test) => {
    const limits = { requests_per_minute: 600, tokens_per_minute: 1_000_000 };
    const { openai } = counting({ apiKey: (await newKey(test, { limits })).key });
    const response = await openai.chat.completions
      .create({ model: world.chat, messages: question(), max_tokens: 2 })
      .asResponse();
    for (const kind of ['requests', 'tokens']) {
      assert.ok(Number(response.headers.get(`x-ratelimit-limit-${kind}`)) > 0);
      assert.ok(response.headers.get(`x-ratelimit-remaining-${kind}`));
      assert.ok(response.headers.get(`x-ratelimit-reset-${kind}`));
    }
  });
});
