// Live parts of a page: elements with data-live, the address of a stream that says when to look again. Each then asks
// for itself anew, by its own hx-get. Where no stream comes through, they look every two seconds. A page that nobody
// sees looks at nothing, and one without a live part left is quiet.
const EVERY = 2000;
const PATIENCE = 5000;
let source;
let poll;
let patience;

const look = () => document.querySelectorAll('[data-live]').forEach((part) => htmx.trigger(part, 'live'));

const stop = () => {
  source?.close();
  source = undefined;
  clearInterval(poll);
  poll = undefined;
  clearTimeout(patience);
};

const fallBack = () => {
  stop();
  poll = setInterval(look, EVERY);
};

const start = () => {
  const part = document.querySelector('[data-live]');
  if (!part || document.hidden) {
    stop();
    return;
  }
  if (source || poll) return;
  const stream = new EventSource(part.dataset.live);
  source = stream;
  // The stream begins with an event: where none comes, something between holds it back.
  patience = setTimeout(fallBack, PATIENCE);
  stream.addEventListener('changed', () => { clearTimeout(patience); look(); });
  stream.addEventListener('error', () => { if (stream === source && stream.readyState === EventSource.CLOSED) fallBack(); });
};

document.addEventListener('visibilitychange', start);
document.addEventListener('htmx:afterSettle', start);
window.addEventListener('pagehide', stop);
window.addEventListener('pageshow', start);
start();
