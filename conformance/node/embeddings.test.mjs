import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, world } from './world.mjs';

const close = (left, right, delta) => left.length === right.length && left.every((x, i) => Math.abs(x - right[i]) < delta);

for (const [name, model] of [['simulated', world.embedding], ['local', world.localEmbedding]]) {
  describe(`embeddings`, () => {
    it(`${name}: the default is base64 and decodes to a unit vector`, async () => {
      const { data, usage } = await client.embeddings.create({ model, input: 'The quick brown fox' });
      assert.ok(data[0].embedding.every((x) => typeof x === 'number' && Number.isFinite(x)));
      assert.ok(Math.abs(Math.hypot(...data[0].embedding) - 1) < 1e-3);
      assert.ok(usage.prompt_tokens > 0);
    });

    it(`${name}: float and base64 are the same numbers`, async () => {
      const input = 'same';
      const floats = (await client.embeddings.create({ model, input, encoding_format: 'float' })).data[0].embedding;
      const decoded = (await client.embeddings.create({ model, input })).data[0].embedding;
      assert.ok(close(floats, decoded, 1e-6));
    });

    it(`${name}: many inputs keep their order`, async () => {
      const together = await client.embeddings.create({ model, input: ['one', 'two', 'three'] });
      assert.deepEqual(together.data.map((item) => item.index), [0, 1, 2]);
      const alone = await client.embeddings.create({ model, input: 'three' });
      assert.ok(close(together.data[2].embedding, alone.data[0].embedding, 1e-4));
    });

    it(`${name}: token ids are taken`, async () => {
      assert.equal((await client.embeddings.create({ model, input: [15339, 1917] })).data.length, 1);
      assert.equal((await client.embeddings.create({ model, input: [[15339, 1917], [15339]] })).data.length, 2);
    });

    it(`${name}: dimensions shorten the vector`, async () => {
      const { data } = await client.embeddings.create({ model, input: 'short', dimensions: 64 });
      assert.equal(data[0].embedding.length, 64);
    });
  });
}
