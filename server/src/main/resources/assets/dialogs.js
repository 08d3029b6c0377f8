// Native dialogs. The server writes them open, so that they work without scripts; here they become modal. One that is
// guarded (a secret is shown in it) closes by its own button only.
import { toast } from './toasts.js';

const place = () => document.getElementById('dialog');

const open = () => {
  const dialog = place()?.querySelector('dialog[open]:not(:modal)');
  if (!dialog) return;
  dialog.removeAttribute('open');
  dialog.showModal();
  dialog.querySelector('[autofocus]')?.focus();
};

const guarded = (dialog) => dialog.matches('[data-guarded]') && !dialog.dataset.acknowledged;

const leave = (dialog) => {
  const home = dialog.dataset.home;
  dialog.remove();
  if (dialog.dataset.reload !== undefined) {
    location.assign(home);
  } else if (home && location.pathname !== new URL(home, location.href).pathname) {
    history.replaceState(null, '', home);
  }
};

document.addEventListener('cancel', (event) => {
  if (event.target.matches?.('dialog') && guarded(event.target)) event.preventDefault();
}, true);

// A browser may close a dialog on a second Escape whatever a page says: then it opens again.
document.addEventListener('close', (event) => {
  const dialog = event.target;
  if (!dialog.matches?.('#dialog dialog')) return;
  if (guarded(dialog)) dialog.showModal();
  else leave(dialog);
}, true);

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-close]');
  const dialog = event.target.closest('dialog');
  if (!dialog) return;
  if (button) {
    event.preventDefault();
    if (button.dataset.close === 'acknowledge') dialog.dataset.acknowledged = 'true';
    dialog.close();
  } else if (event.target === dialog && !guarded(dialog)) {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  }
});

window.addEventListener('beforeunload', (event) => {
  const dialog = place()?.querySelector('dialog:modal');
  if (dialog && guarded(dialog)) event.preventDefault();
});

// At once: htmx gives the focus before it has settled, and from then on Escape must close the dialog.
document.addEventListener('htmx:afterSwap', open);
document.addEventListener('htmx:afterSettle', open);
// A form that was refused comes back with a status of 400 and is shown like every other answer. What else fails is said.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr, requestConfig, target } = event.detail;
  if (xhr.status < 400) return;
  if (requestConfig.verb === 'post' && ['dialog', 'main'].includes(target.id) && xhr.getResponseHeader('content-type')?.startsWith('text/html')) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  } else if (!requestConfig.elt.matches('[data-live], [hx-trigger^="every"]')) {
    toast(`That did not work: status ${xhr.status}, request ${xhr.getResponseHeader('x-request-id')}`);
  }
});
document.addEventListener('htmx:sendError', (event) => {
  if (!event.target.matches('[data-live], [hx-trigger^="every"]')) toast('The server does not answer. Try again in a moment.');
});
open();
