// Toasts stay long enough to be read, and as long as the pointer or the focus is on them.
const arm = (toast) => {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), 6000); };
  toast.addEventListener('pointerenter', () => clearTimeout(timer));
  toast.addEventListener('pointerleave', start);
  toast.addEventListener('focusin', () => clearTimeout(timer));
  toast.querySelector('button')?.addEventListener('click', () => toast.remove());
  start();
};

export const toast = (text) => {
  const shown = document.createElement('div');
  shown.className = 'toast';
  shown.textContent = text;
  document.querySelector('.toasts').append(shown);
  arm(shown);
};

document.querySelectorAll('.toast').forEach(arm);
