// The box in a table's head that picks every row of the page.
document.addEventListener('change', (event) => {
  const table = event.target.closest('table');
  if (!table || event.target.type !== 'checkbox') return;
  const all = table.querySelector('thead input[data-all]');
  const rows = [...table.querySelectorAll('tbody input[type="checkbox"]')];
  if (event.target === all) rows.forEach((row) => { row.checked = all.checked; });
  if (all) {
    const picked = rows.filter((row) => row.checked).length;
    all.checked = picked > 0 && picked === rows.length;
    all.indeterminate = picked > 0 && picked < rows.length;
    document.querySelectorAll('[data-picked]').forEach((count) => { count.textContent = String(picked); });
  }
});
