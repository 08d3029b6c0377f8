import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadRequestError, NotFoundError, toFile } from 'openai';
import { client, world } from './world.mjs';

const line = (id) =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: world.chat, messages: [{ role: 'user', content: 'hi' }] },
  });
const upload = async (text) =>
  client.files.create({ file: await toFile(Buffer.from(text), 'requests.jsonl'), purpose: 'batch' });

describe('files', () => {
  it('takes a file and gives it back as it was', async () => {
    const text = `${line('a')}\n${line('b')}`;
    const file = await upload(text);
    assert.equal(file.object, 'file');
    assert.equal(file.status, 'processed');
    assert.equal(file.bytes, Buffer.byteLength(text));
    assert.equal(await (await client.files.content(file.id)).text(), text);
    assert.deepEqual(await client.files.retrieve(file.id), file);
    assert.equal((await client.files.delete(file.id)).deleted, true);
    await assert.rejects(client.files.retrieve(file.id), NotFoundError);
  });

  it('is paged by the SDK', async () => {
    const made = [];
    for (let n = 0; n < 3; n++) made.push((await upload(line('a'))).id);
    const listed = [];
    for await (const file of client.files.list({ limit: 1 })) if (made.includes(file.id)) listed.push(file.id);
    assert.deepEqual(listed, made.toReversed());
    for (const id of made) await client.files.delete(id);
  });

  it('names a wrong line', async () => {
    await assert.rejects(upload(`${line('a')}\nnonsense`), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.code, 'invalid_file');
      assert.match(error.message, /Line 2/);
      return true;
    });
  });
});
