// The theme is a cookie, so that the server writes the page in it and nothing flashes.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-theme-choice]');
  if (!button) return;
  event.preventDefault();
  const theme = button.value;
  document.documentElement.dataset.theme = theme;
  document.cookie = `dw-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  document.querySelectorAll('[data-theme-choice]').forEach((other) => other.setAttribute('aria-pressed', String(other.value === theme)));
});
