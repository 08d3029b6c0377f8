// Tries a filled sample from here: calls this server's API with the key that is in the sample, and shows the answer as
// it comes.
const text = { chat: 'Hello!', embedding: 'a cat on a mat', rerank: 'cats' };

const show = (section) => section.querySelector('[data-try-it]') && (section.hidden = false);
document.addEventListener('htmx:afterSettle', () => document.querySelectorAll('[data-try]').forEach(show));
document.querySelectorAll('[data-try]').forEach(show);

const call = (section, path, body) => fetch(`/v1/${path}`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${section.querySelector('#sample-key').textContent}`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({ model: section.dataset.model, ...body }),
});

const chat = async (section, out) => {
  const answer = await call(section, 'chat/completions', {
    messages: [{ role: 'user', content: text.chat }], stream: true, max_tokens: 200,
  });
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
      out.textContent += JSON.parse(line.slice(6)).choices?.[0]?.delta?.content ?? '';
    }
  }
};

const embed = async (section, out) => {
  const answer = await call(section, 'embeddings', { input: text.embedding });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error.message);
  const vector = body.data[0].embedding;
  out.textContent = `“${text.embedding}” is ${vector.length} numbers:\n${vector.slice(0, 8).map((x) => x.toFixed(4)).join(', ')}, …`;
};

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-try-it]');
  if (!button) return;
  const section = button.closest('[data-try]');
  const out = section.querySelector('pre');
  const note = section.querySelector('[data-try-note]');
  out.hidden = false;
  out.textContent = '';
  button.disabled = true;
  const start = performance.now();
  try {
    await (section.dataset.try === 'embedding' ? embed : chat)(section, out);
    note.textContent = `${Math.round(performance.now() - start)} ms`;
  } catch (problem) {
    note.textContent = problem.message;
  } finally {
    button.disabled = false;
  }
});
