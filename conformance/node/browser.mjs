// openai for Node in headless Chromium, on a page of another origin: what CORS must let through, and what it must not.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { world } from './world.mjs';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const { outputFiles } = await build({
  stdin: { contents: "import OpenAI from 'openai'; globalThis.OpenAI = OpenAI;", resolveDir: import.meta.dirname },
  bundle: true,
  format: 'iife',
  platform: 'browser',
  write: false,
});
const bundle = outputFiles[0].text;

/** A page with the SDK, served from 127.0.0.1 on this port. */
function site(port) {
  const server = createServer((request, response) => {
    const script = request.url === '/openai.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ? bundle : '<!doctype html><title>A page</title><script src="/openai.js"></script>');
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

let profile;
let browser;
let allowed;
let forbidden;

before(async () => {
  allowed = await site(Number(process.env.CONFORMANCE_PAGE_PORT));
  forbidden = await site(0);
  profile = await mkdtemp(join(tmpdir(), 'doubleword-chromium-'));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CONFORMANCE_CHROMIUM,
    args: FLAGS,
    headless: true,
    ignoreHTTPSErrors: false,
  });
});

after(async () => {
  await browser?.close();
  allowed?.close();
  forbidden?.close();
  if (profile) await rm(profile, { recursive: true, force: true });
});

/** Runs `work(client, world)` in a page of that site. */
async function inPage(server, work) {
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(
      async ({ world, source }) => {
        const client = new OpenAI({
          baseURL: world.baseURL, apiKey: world.apiKey, dangerouslyAllowBrowser: true, maxRetries: 0,
        });
        return await (0, eval)(`(${source})`)(client, world);
      },
      { world, source: work.toString() });
  } finally {
    await page.close();
  }
}

describe('models', () => {
  it('lists them', async () => {
    const names = await inPage(allowed, async (client) => (await client.models.list()).data.map((model) => model.id));
    assert.ok(names.includes(world.chat));
  });
});

describe('chat', () => {
  it('answers', async () => {
    const text = await inPage(allowed, async (client, world) => {
      const messages = [{ role: 'user', content: 'hi' }];
      return (await client.chat.completions.create({ model: world.chat, messages })).choices[0].message.content;
    });
    assert.ok(text);
  });
});

describe('streaming', () => {
  it('arrives in pieces', async () => {
    const pieces = await inPage(allowed, async (client, world) => {
      const pieces = [];
      const messages = [{ role: 'user', content: 'hi' }];
      const stream = await client.chat.completions.create({ model: world.chat, messages, stream: true });
      for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta?.content ?? '');
      return pieces;
    });
    assert.ok(pieces.length > 3 && pieces.join(''));
  });
});

describe('embeddings', () => {
  it('decodes base64', async () => {
    const vector = await inPage(allowed, async (client, world) =>
      (await client.embeddings.create({ model: world.embedding, input: 'hi' })).data[0].embedding);
    assert.ok(vector.length > 1 && vector.every(Number.isFinite));
  });
});

describe('files', () => {
  it('are listed', async () => {
    assert.ok(Array.isArray(await inPage(allowed, async (client) => (await client.files.list()).data)));
  });
});

describe('errors', () => {
  it('carry their code and request id to the page', async () => {
    const error = await inPage(allowed, async (client) => {
      try {
        await client.models.retrieve('nope');
      } catch (error) {
        return { name: error.constructor.name, status: error.status, code: error.code, id: error.requestID };
      }
    });
    assert.equal(error.status, 404);
    assert.equal(error.code, 'model_not_found');
    assert.match(error.id, /^req_/);
  });

  it('a page of another origin gets nothing', async () => {
    const seen = await inPage(forbidden, async (client, world) => {
      try {
        return (await client.models.list()).data.length;
      } catch (error) {
        return error.constructor.name + ' ' + error.status;
      }
    });
    assert.match(String(seen), /undefined/, 'a connection error: the browser hid the answer');
  });
});

describe('request ids', () => {
  it('and rate limits are exposed to the page', async () => {
    const headers = await inPage(allowed, async (client, world) => {
      const messages = [{ role: 'user', content: 'hi' }];
      const { response } = await client.chat.completions.create({ model: world.chat, messages }).withResponse();
      return Object.fromEntries(response.headers);
    });
    assert.match(headers['x-request-id'], /^req_/);
  });
});
