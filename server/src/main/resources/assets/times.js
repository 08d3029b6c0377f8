// Keeps relative times true while a page stays open. The server wrote them in the same words.
const units = [[60, 1, 'second'], [3600, 60, 'minute'], [86400, 3600, 'hour'], [2592000, 86400, 'day'], [31536000, 2592000, 'month'], [Infinity, 31536000, 'year']];

const words = (seconds) => {
  const distance = Math.abs(seconds);
  if (distance < 10) return seconds < 0 ? 'in a moment' : 'just now';
  const [, size, name] = units.find(([below]) => distance < below);
  const count = Math.floor(distance / size);
  const text = `${count} ${name}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
};

setInterval(() => {
  if (document.hidden) return;
  document.querySelectorAll('time[data-ago]').forEach((time) => {
    const text = words((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  });
}, 15000);
