// Buttons that copy the text of another element, which data-copy names, or of the address in data-copy-from.
const copied = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Plain http on another host has no clipboard to write to, but selections can be copied.
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  (document.querySelector('dialog:modal') ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy], [data-copy-from]');
  if (!button) return;
  const { copy, copyFrom } = button.dataset;
  await copied(copyFrom ? await (await fetch(copyFrom)).text() : document.getElementById(copy).textContent);
  const label = button.querySelector('[data-label]') ?? button;
  label.dataset.was ??= label.textContent;
  label.textContent = 'Copied';
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { label.textContent = label.dataset.was; }, 1600);
});
