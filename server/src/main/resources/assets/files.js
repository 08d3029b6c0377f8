// Uploads a file of requests from the page Files: its bytes go as they are; what is wrong comes back line by line.
import { toast } from './toasts.js';

const problem = (table, error) => {
  const row = table.insertRow();
  row.insertCell().textContent = error.line || '–';
  row.insertCell().textContent = error.param || '–';
  row.insertCell().textContent = error.message.replace(/^Line \d+(: | )/, '');
};

const said = (message) => {
  const text = document.createElement('p');
  text.textContent = message;
  const body = document.createElement('div');
  body.className = 'body';
  body.append(text);
  return body;
};

const report = (place, name, answer) => {
  place.replaceChildren();
  const head = document.createElement('h2');
  const total = answer.errors?.total ?? 0;
  head.textContent = total ? `“${name}” was not kept: ${total} ${total === 1 ? 'problem' : 'problems'}` : `“${name}” was not kept`;
  const top = document.createElement('header');
  top.append(head);
  place.append(top);
  if (!total) {
    place.append(said(answer.message));
    return;
  }
  const wrap = document.createElement('div');
  wrap.className = 'tablewrap';
  const table = document.createElement('table');
  table.className = 'table';
  const titles = table.createTHead().insertRow();
  for (const title of ['Line', 'Field', 'What is wrong']) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = title;
    titles.append(cell);
  }
  const body = table.createTBody();
  answer.errors.data.forEach((error) => problem(body, error));
  wrap.append(table);
  const flat = document.createElement('div');
  flat.className = 'body flat';
  flat.append(wrap);
  place.append(flat);
};

const upload = async (button, file) => {
  const place = document.querySelector('[data-upload-result]');
  place.hidden = false;
  place.replaceChildren(said(`Uploading and checking “${file.name}” …`));
  button.disabled = true;
  try {
    const answer = await fetch(`${button.dataset.upload}?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/jsonl', accept: 'application/json', 'x-csrf-token': button.dataset.csrf },
      body: file,
    });
    const next = button.dataset.uploadNext;
    if (answer.status === 201) location.assign(next ? next + (await answer.json()).id : button.dataset.upload);
    else report(place, file.name, await answer.json());
  } catch (failure) {
    report(place, file.name, { message: `The upload did not arrive: ${failure.message}. Try again, or use the API for a large file.` });
  } finally {
    button.disabled = false;
  }
};

const ready = (button) => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const chooser = document.createElement('input');
    chooser.type = 'file';
    chooser.accept = '.jsonl,.ndjson,application/jsonl,application/x-ndjson';
    chooser.addEventListener('change', () => chooser.files[0] && upload(button, chooser.files[0]));
    chooser.click();
  });
};
document.querySelectorAll('[data-upload]').forEach(ready);

// Buttons that read a file into a field, of as much as a form takes.
const MOST_READ = 4 << 20;
const read = (button) => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const field = document.getElementById(button.dataset.read);
    const chooser = document.createElement('input');
    chooser.type = 'file';
    chooser.accept = button.dataset.accept;
    chooser.addEventListener('change', async () => {
      const file = chooser.files[0];
      if (!file) return;
      if (file.size > MOST_READ) {
        toast(`“${file.name}” is larger than the 4 MiB that fit here. Make lines of it, and upload these as a file.`);
        return;
      }
      field.value = await file.text();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    chooser.click();
  });
};
document.querySelectorAll('[data-read]').forEach(read);
