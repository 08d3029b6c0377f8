// The answer of a background response while the model writes it: an element with data-answer, the address of its events.
// When it has ended the live part of the page shows it whole.
import { markdown } from './markdown.js';

let source;
let from;
let written = '';
let drawn = true;

const show = (place, text) => {
  written = text;
  place.hidden = !written;
  if (!drawn) return;
  drawn = false;
  // As often as it can be seen, however many pieces come.
  requestAnimationFrame(() => {
    drawn = true;
    place.querySelector('.markdown').replaceChildren(markdown(written));
  });
};

const stop = () => {
  source?.close();
  source = undefined;
};

const start = () => {
  const place = document.querySelector('[data-answer]');
  if (!place || document.hidden) {
    stop();
    return;
  }
  if (source && from === place) return;
  stop();
  from = place;
  const stream = new EventSource(place.dataset.answer);
  source = stream;
  const hear = (name, then) => stream.addEventListener(name, (event) => then(JSON.parse(event.data)));
  // A run that begins again begins its text again.
  hear('response.in_progress', () => show(place, ''));
  hear('response.output_text.delta', (event) => show(place, written + event.delta));
  hear('response.refusal.delta', (event) => show(place, written + event.delta));
  for (const end of ['completed', 'incomplete', 'failed']) hear(`response.${end}`, stop);
  stream.addEventListener('error', () => { if (stream === source) show(place, ''); });
};

document.addEventListener('visibilitychange', start);
document.addEventListener('htmx:afterSettle', start);
window.addEventListener('pagehide', stop);
window.addEventListener('pageshow', start);
start();
