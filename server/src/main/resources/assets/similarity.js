// How alike texts are: their vectors from the server, the angles between them from here.
import { failure } from './calls.js';

const root = document.querySelector('[data-playground="embeddings"]');
const form = root?.querySelector('[data-texts]');
const MOST = 16;

const cosine = (a, b) => {
  let dot = 0;
  let sizeA = 0;
  let sizeB = 0;
  a.forEach((x, i) => { dot += x * b[i]; sizeA += x * x; sizeB += b[i] * b[i]; });
  return dot / Math.sqrt(sizeA * sizeB || 1);
};

const cell = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
};

const draw = (texts, vectors) => {
  const matrix = root.querySelector('[data-matrix]');
  matrix.querySelector('thead tr').replaceChildren(cell('td', ''), ...texts.map((text, i) => cell('th', i + 1, { scope: 'col', title: text })));
  matrix.querySelector('tbody').replaceChildren(...texts.map((text, i) => {
    const row = document.createElement('tr');
    row.append(cell('th', `${i + 1}. ${text}`, { scope: 'row', title: text }), ...vectors.map((other, j) => {
      const alike = cosine(vectors[i], other);
      return cell('td', alike.toFixed(2).replace('-0.00', '0.00'), { class: `h${Math.max(0, Math.min(10, Math.round(alike * 10)))}`, title: `${text} – ${texts[j]}` });
    }));
    return row;
  }));
  matrix.hidden = false;
  root.querySelector('[data-hint]').hidden = true;
};

const compare = async () => {
  const problem = root.querySelector('[data-problem]');
  const button = form.querySelector('button');
  const texts = form.elements.texts.value.split('\n').map((text) => text.trim()).filter(Boolean).slice(0, MOST);
  if (!texts.length || button.disabled) return;
  problem.hidden = true;
  button.disabled = true;
  try {
    const answer = await fetch(`${root.dataset.base}/calls/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': form.elements.csrf_token.value },
      body: JSON.stringify({ model: form.elements.model.value, input: texts, encoding_format: 'float' }),
    });
    if (!answer.ok) throw await failure(answer);
    const { answer: body, outcome } = await answer.json();
    draw(texts, body.data.map((item) => item.embedding));
    root.querySelector('[data-figures]').textContent = `${body.data[0].embedding.length} dimensions · ${outcome.input_tokens} tokens · ${Math.round(outcome.total_ms)} ms · ${outcome.cost}`;
  } catch (failed) {
    problem.hidden = false;
    problem.querySelector('div').textContent = failed.message;
  } finally {
    button.disabled = false;
  }
};

if (form) {
  const asked = new URLSearchParams(location.search).get('model');
  if ([...form.elements.model.options].some((option) => option.value === asked)) form.elements.model.value = asked;
  form.addEventListener('submit', (event) => { event.preventDefault(); compare(); });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); compare(); }
  });
}
