import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotFoundError } from 'openai';
import { client, world } from './world.mjs';

describe('models', () => {
  it('lists every model on one page', async () => {
    const names = [];
    for await (const model of client.models.list()) {
      assert.equal(model.object, 'model');
      assert.ok(Number.isInteger(model.created));
      assert.ok(model.owned_by);
      names.push(model.id);
    }
    assert.ok(names.includes(world.chat) && names.includes(world.embedding));
    assert.equal(new Set(names).size, names.length);
  });

  it('gets one by a name with slash, colon, dot and at', async () => {
    for (const mark of '/:.@') assert.ok(world.chat.includes(mark));
    assert.equal((await client.models.retrieve(world.chat)).id, world.chat);
  });

  it('says not found for an unknown one', async () => {
    await assert.rejects(client.models.retrieve('no/such:model'), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.equal(error.code, 'model_not_found');
      return true;
    });
  });
});
