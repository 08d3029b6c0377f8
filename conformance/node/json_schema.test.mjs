import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { client, question, world } from './world.mjs';

describe('json schema', () => {
  it('parses into a zod type', async () => {
    const Port = z.object({
      name: z.string(),
      berths: z.number().int(),
      mood: z.enum(['calm', 'stormy']),
      ships: z.array(z.string()),
    });
    const answer = await client.chat.completions.parse({
      model: world.chat,
      messages: question('Describe a port.'),
      response_format: zodResponseFormat(Port, 'port'),
    });
    assert.ok(Port.safeParse(answer.choices[0].message.parsed).success);
  });

  it('follows a plain response_format', async () => {
    const schema = {
      type: 'object',
      properties: { zeta: { type: 'boolean' }, alpha: { type: 'number' } },
      required: ['zeta', 'alpha'],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.create({
      model: world.chat,
      messages: question('Two values.'),
      response_format: { type: 'json_schema', json_schema: { name: 'pair', strict: true, schema } },
    });
    const value = JSON.parse(answer.choices[0].message.content);
    assert.equal(typeof value.zeta, 'boolean');
    assert.equal(typeof value.alpha, 'number');
  });
});
