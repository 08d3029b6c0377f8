// Texts of models as they are meant: a pre with data-markdown is shown laid out, with a button that shows what was
// written. What is JSON stays as it is.
import { markdown } from './markdown.js';

const isJson = (text) => {
  try {
    return /^\s*[[{]/.test(text) && Boolean(JSON.parse(text));
  } catch {
    return false;
  }
};

const lay = (written) => {
  written.removeAttribute('data-markdown');
  if (isJson(written.textContent)) return;
  const laid = document.createElement('div');
  laid.className = 'markdown';
  laid.append(markdown(written.textContent));
  written.after(laid);
  written.hidden = true;
  const button = written.parentElement.querySelector('[data-as-written]');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    written.hidden = !written.hidden;
    laid.hidden = !laid.hidden;
    button.setAttribute('aria-pressed', String(laid.hidden));
  });
};

const start = () => document.querySelectorAll('pre[data-markdown]').forEach(lay);

document.addEventListener('htmx:afterSettle', start);
start();
