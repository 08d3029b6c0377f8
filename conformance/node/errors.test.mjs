import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  APIError, AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError,
} from 'openai';
import { counting, newKey, question, world } from './world.mjs';

const ask = (counted, changes = {}) =>
  counted.openai.chat.completions.create({ model: world.chat, messages: question(), ...changes });

async function refused(counted, call, type, status, code) {
  let caught;
  await assert.rejects(call, (error) => (caught = error) instanceof type);
  assert.equal(caught.status, status);
  assert.equal(caught.code, code);
  assert.equal(counted.requests.length, 1, 'a deterministic refusal is not repeated');
  return caught;
}

describe('errors', () => {
  it('a bad key is an AuthenticationError', async () => {
    for (const apiKey of ['sk-not-ours', `dw_sk_${'A'.repeat(12)}_${'B'.repeat(32)}CCCCCC`]) {
      const counted = counting({ apiKey });
      await refused(counted, ask(counted), AuthenticationError, 401, 'invalid_api_key');
    }
  });

  it('a platform key is a PermissionDeniedError', async () => {
    const counted = counting({ apiKey: world.platformKey });
    await refused(counted, ask(counted), PermissionDeniedError, 403, 'wrong_key_type');
  });

  it('a key for other models is a PermissionDeniedError', async (test) => {
    const counted = counting({ apiKey: (await newKey(test, { scopes: { models: ['other-*'] } })).key });
    await refused(counted, ask(counted), PermissionDeniedError, 403, 'model_not_allowed');
  });

  it('an unknown model is a NotFoundError', async () => {
    const counted = counting();
    await refused(counted, ask(counted, { model: 'no/such:model' }), NotFoundError, 404, 'model_not_found');
  });

  it('an unsupported value is a BadRequestError that names the parameter', async () => {
    const counted = counting();
    const error = await refused(counted, ask(counted, { service_tier: 'scale' }), BadRequestError, 400, 'invalid_value');
    assert.equal(error.param, 'service_tier');
  });

  it('a missing model is a BadRequestError that names the parameter', async () => {
    const counted = counting();
    const error = await refused(
      counted, ask(counted, { model: undefined }), BadRequestError, 400, 'missing_required_parameter');
    assert.equal(error.param, 'model');
  });

  it('a body over the limit is refused once', async () => {
    const counted = counting();
    await refused(
      counted, ask(counted, { messages: question('x'.repeat(33 * 1024 * 1024)) }), APIError, 413, 'request_too_large');
  });
});
