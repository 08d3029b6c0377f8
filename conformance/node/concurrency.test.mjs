import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, question, world } from './world.mjs';

describe('concurrency', () => {
  it('serves fifty calls at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        client.chat.completions.create({ model: world.chat, messages: question(`Question ${i}`), max_tokens: 8 })));
    assert.ok(answers.every((answer) => answer.choices[0].message.content));
    assert.equal(new Set(answers.map((answer) => answer._request_id)).size, 50);
  });

  it('serves fifty streams at once', async () => {
    const texts = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        let text = '';
        const stream = await client.chat.completions.create({
          model: world.chat, messages: question(`Question ${i}`), max_tokens: 20, stream: true,
        });
        for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
        return text;
      }));
    assert.ok(texts.every(Boolean));
  });
});
