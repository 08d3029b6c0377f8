// A whole key that is pasted into a box to search for it is cut down to its public part before anything is sent.
const BEGUN = /(dw_[sp]k_[0-9A-Za-z]{12})_[0-9A-Za-z]*/g;

document.addEventListener('input', (event) => {
  const box = event.target;
  if (!box.matches?.('input[type="search"], [role="search"] input')) return;
  const cut = box.value.replace(BEGUN, '$1');
  if (cut !== box.value) box.value = cut;
}, true);
