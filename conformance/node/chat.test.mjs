import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, question, world } from './world.mjs';

const ask = (parameters = {}) =>
  client.chat.completions.create({ model: world.chat, messages: question(), ...parameters });

describe('chat', () => {
  it('answers with text, usage and the public model name', async () => {
    const answer = await ask();
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, world.chat);
    assert.ok(answer.choices[0].message.content);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  it('gives n choices', async () => {
    const answer = await ask({ n: 2, max_tokens: 8 });
    assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
  });

  it('ends with length at max_tokens and max_completion_tokens', async () => {
    assert.equal((await ask({ max_tokens: 3 })).choices[0].finish_reason, 'length');
    assert.equal((await ask({ max_completion_tokens: 3 })).choices[0].finish_reason, 'length');
  });

  it('ends before a stop word', async () => {
    const whole = (await ask({ seed: 7, max_tokens: 64 })).choices[0].message.content;
    const word = whole.split(/\s+/)[4];
    const cut = (await ask({ seed: 7, max_tokens: 64, stop: word })).choices[0];
    assert.ok(!cut.message.content.includes(word));
    assert.equal(cut.finish_reason, 'stop');
  });

  it('shows the raw response', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: world.chat, messages: question(), max_tokens: 4 })
      .withResponse();
    assert.equal(response.status, 200);
    assert.ok(response.headers.get('content-type').startsWith('application/json'));
    assert.ok(data.choices.length);
  });
});
