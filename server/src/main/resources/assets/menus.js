// Menus are <details>: one is open at a time, and Escape or a click elsewhere closes it.
const openMenus = () => document.querySelectorAll('details.menu[open]');

document.addEventListener('click', (event) => {
  for (const menu of openMenus()) {
    const inside = menu.contains(event.target);
    if (!inside || event.target.closest('.panel a, .panel button:not([data-stay])')) menu.open = false;
  }
});

// A panel inside of something that scrolls would be cut off by it: it goes over everything instead.
document.addEventListener('toggle', (event) => {
  const menu = event.target;
  if (!menu.matches?.('.tablewrap details.menu') || !menu.open) return;
  const panel = menu.querySelector('.panel');
  const box = menu.querySelector('summary').getBoundingClientRect();
  const below = box.bottom + 6 + panel.offsetHeight < innerHeight;
  panel.style.position = 'fixed';
  panel.style.insetInlineEnd = `${document.documentElement.clientWidth - box.right}px`;
  panel.style.insetBlockStart = `${below ? box.bottom + 6 : Math.max(8, box.top - 6 - panel.offsetHeight)}px`;
}, true);

document.addEventListener('scroll', () => {
  for (const menu of openMenus()) if (menu.closest('.tablewrap')) menu.open = false;
}, true);

document.addEventListener('keydown', (event) => {
  const [menu] = openMenus();
  if (!menu) return;
  if (event.key === 'Escape') {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && menu.contains(document.activeElement)) {
    const items = [...menu.querySelectorAll('.panel a, .panel button')];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
    event.preventDefault();
  }
});
