// The command palette: ⌘K or Ctrl K, type, Enter.
const dialog = document.getElementById('palette');

if (dialog) {
  const input = dialog.querySelector('input');
  const items = [...dialog.querySelectorAll('li')];
  const link = (item) => item.querySelector('a');
  const shown = () => items.filter((item) => !item.hidden);

  const choose = (item) => {
    items.forEach((other) => link(other).setAttribute('aria-selected', String(other === item)));
    if (item) {
      input.setAttribute('aria-activedescendant', link(item).id);
      item.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  };

  const filter = () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    items.forEach((item) => {
      const text = item.textContent.toLowerCase();
      item.hidden = !wanted.every((word) => text.includes(word));
    });
    dialog.querySelector('[data-nothing]').hidden = shown().length > 0;
    choose(shown()[0]);
  };

  const show = () => {
    input.value = '';
    filter();
    dialog.showModal();
    input.focus();
  };

  document.addEventListener('keydown', (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k' && !document.querySelector('dialog:modal')) {
      event.preventDefault();
      show();
    }
  });
  document.querySelectorAll('[data-palette]').forEach((button) => button.addEventListener('click', show));
  input.addEventListener('input', filter);
  input.addEventListener('keydown', (event) => {
    const list = shown();
    const at = list.findIndex((item) => link(item).getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(list[(at + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length]);
    } else if (event.key === 'Enter' && list[at]) {
      event.preventDefault();
      link(list[at]).click();
    }
  });
}
