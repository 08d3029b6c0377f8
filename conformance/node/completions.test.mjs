import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, world } from './world.mjs';

describe('completions', () => {
  it('answers plain', async () => {
    const answer = await client.completions.create({ model: world.chat, prompt: 'Once upon a time', max_tokens: 12 });
    assert.equal(answer.object, 'text_completion');
    assert.ok(answer.choices[0].text);
    assert.ok(answer.usage.completion_tokens <= 12);
  });

  it('streams', async () => {
    let text = '';
    let usage;
    const stream = await client.completions.create({
      model: world.chat,
      prompt: 'Once',
      max_tokens: 6,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.ok(text);
    assert.equal(usage.completion_tokens, 6);
  });
});
