import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { APIConnectionTimeoutError, InternalServerError, RateLimitError } from 'openai';
import { simulator } from './simulator.mjs';
import { counting, newKey, question, world } from './world.mjs';

const ask = (counted, changes = {}) =>
  counted.openai.chat.completions.create({ model: world.chat, messages: question(), max_tokens: 2, ...changes });

async function exhaust(counted) {
  for (let i = 0; i < 50; i++) {
    try {
      await ask(counted);
    } catch (error) {
      if (error instanceof RateLimitError) return error;
      throw error;
    }
  }
  throw new Error('50 calls in a row met no limit of 20 requests a minute');
}

describe('retries', () => {
  it('Retry-After of a 429 is honoured, and the call then succeeds', async (test) => {
    const apiKey = (await newKey(test, { limits: { requests_per_minute: 20 } })).key;
    const refusal = await exhaust(counting({ apiKey, maxRetries: 0 }));
    assert.equal(refusal.code, 'rate_limit_requests');
    const wait = Number(refusal.headers.get('retry-after'));
    assert.ok(wait >= 1 && wait <= 60);
    const counted = counting({ apiKey });
    const began = Date.now();
    assert.ok((await ask(counted)).choices.length);
    assert.equal(counted.statuses[0], 429);
    assert.equal(counted.statuses.at(-1), 200);
    assert.ok(Date.now() - began >= (wait - 1) * 1000);
  });

  it('a failing upstream is tried again', async () => {
    const counted = counting();
    await simulator.script('sim-fragile', '500');
    const answer = await ask(counted, { model: world.fragile });
    assert.ok(answer.choices.length);
    assert.deepEqual(counted.statuses, [502, 200]);
  });

  it('an upstream that keeps failing is an InternalServerError', async () => {
    const counted = counting();
    await assert.rejects(ask(counted, { model: world.broken }), InternalServerError);
    assert.equal(counted.requests.length, 3);
  });

  it('a slow answer is a timeout', async () => {
    const counted = counting({ timeout: 500, maxRetries: 0 });
    await assert.rejects(ask(counted, { model: world.late }), APIConnectionTimeoutError);
  });
});
