import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI from 'openai';
import { question, world } from './world.mjs';

describe('base paths', () => {
  for (const path of ['/v1', '/ai/v1']) {
    it(`${path} serves models, chat, streams, completions and embeddings`, async () => {
      const client = new OpenAI({ baseURL: world.origin + path, apiKey: world.apiKey });
      assert.equal((await client.models.retrieve(world.chat)).id, world.chat);
      const ask = { model: world.chat, messages: question(), max_tokens: 4 };
      assert.ok((await client.chat.completions.create(ask)).choices.length);
      let chunks = 0;
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) chunks += chunk ? 1 : 0;
      assert.ok(chunks > 1);
      assert.ok((await client.completions.create({ model: world.chat, prompt: 'hi', max_tokens: 2 })).choices.length);
      assert.equal((await client.embeddings.create({ model: world.embedding, input: 'hi' })).data.length, 1);
      await assert.rejects(client.models.retrieve('nope'), { code: 'model_not_found' });
    });
  }
});
