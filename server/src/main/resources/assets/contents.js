// Marks in the table of contents what is being read: the last heading above the upper third of the window.
const links = () => [...document.querySelectorAll('.toc a')];

const mark = () => {
  const all = links();
  const read = all.filter((link) => {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    return heading && heading.getBoundingClientRect().top < innerHeight / 3;
  });
  const now = read.at(-1);
  all.forEach((link) => (link === now ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current')));
};

let waiting = false;
document.addEventListener('scroll', () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });
document.addEventListener('htmx:afterSettle', mark);
mark();
