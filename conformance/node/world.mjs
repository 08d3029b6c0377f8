// What every suite shares: clients of the server under test, and a view of the simulator behind it.
import OpenAI from 'openai';

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; conformance/run sets it`);
  return value;
};

export const world = {
  apiKey: need('DOUBLEWORD_API_KEY'),
  baseURL: need('DOUBLEWORD_API_BASE'),
  origin: need('CONFORMANCE_ORIGIN'),
  platformKey: need('CONFORMANCE_PLATFORM_KEY'),
  chat: need('CONFORMANCE_CHAT_MODEL'),
  slow: need('CONFORMANCE_SLOW_MODEL'),
  fragile: need('CONFORMANCE_FRAGILE_MODEL'),
  broken: need('CONFORMANCE_BROKEN_MODEL'),
  late: need('CONFORMANCE_LATE_MODEL'),
  embedding: need('CONFORMANCE_EMBEDDING_MODEL'),
  localEmbedding: need('CONFORMANCE_LOCAL_EMBEDDING_MODEL'),
};

export const client = new OpenAI({ baseURL: world.baseURL, apiKey: world.apiKey });

/** A client that counts what really goes over the wire, retries included. */
export function counting(options = {}) {
  const statuses = [];
  const requests = [];
  const openai = new OpenAI({
    baseURL: world.baseURL,
    apiKey: world.apiKey,
    fetch: async (url, init) => {
      requests.push({ url: String(url), headers: new Headers(init?.headers) });
      const answer = await fetch(url, init);
      statuses.push(answer.status);
      return answer;
    },
    ...options,
  });
  return { openai, statuses, requests };
}

export async function manage(method, path, body) {
  const answer = await fetch(world.origin + path, {
    method,
    headers: { authorization: `Bearer ${world.platformKey}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** A key of its own, deleted when the test ends. */
export async function newKey(test, fields) {
  const name = `conformance-node-${Math.random().toString(36).slice(2, 10)}`;
  const key = await manage('POST', '/admin/api/v1/users/current/api-keys', { name, ...fields });
  test.after(() => manage('DELETE', `/admin/api/v1/users/current/api-keys/${key.id}`));
  return key;
}

export const question = (text = 'Say something about rivers.') => [{ role: 'user', content: text }];
