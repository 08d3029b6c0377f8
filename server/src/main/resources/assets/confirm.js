// "Confirm that it is you": by a passkey in any such form, and in a dialog for what a script does.
const typed = (form) => ['confirm_password', 'confirm_code'].map((name) => form.elements[name]).filter(Boolean);

export const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

// Posts to this server; a refusal is thrown, with its code.
export const post = async (path, body, token) => {
  const form = body instanceof URLSearchParams;
  const headers = { Accept: 'application/json' };
  if (!form) headers['Content-Type'] = 'application/json';
  if (token) headers['X-CSRF-Token'] = token;
  const answer = await fetch(path, { method: 'POST', headers, body: form ? body : JSON.stringify(body) });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.message ?? `That did not work: status ${answer.status}`), { code: said.error });
  return said;
};

// What browsers throw is for programmers; a user who cancels needs no words.
export const say = (place, failure) => {
  const quiet = ['NotAllowedError', 'AbortError'].includes(failure.name);
  place.textContent = quiet ? '' : failure.name === 'InvalidStateError' ? 'This device has a passkey of yours already.' : failure.message;
  place.hidden = quiet;
};

// Lets the browser sign a challenge with a passkey.
export const prove = async (optionsPath, token) => {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(await post(optionsPath, {}, token));
  return (await navigator.credentials.get({ publicKey: options })).toJSON();
};

const offer = () => known && document.querySelectorAll('[data-passkey-confirm]').forEach((button) => { button.hidden = false; });
document.addEventListener('htmx:afterSettle', offer);
offer();

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-passkey-confirm]');
  if (!button) return;
  const { form } = button;
  const token = form.elements.csrf_token.value;
  button.disabled = true;
  try {
    await post('/settings/confirm/passkey', { credential: await prove('/settings/confirm/passkey/options', token) }, token);
    typed(form).forEach((field) => { field.disabled = true; });
    form.requestSubmit();
  } catch (failure) {
    say(form.querySelector('[role=alert].error'), failure);
    button.disabled = false;
  }
});

const ask = async () => {
  const answer = await fetch('/settings/confirm', { headers: { 'HX-Request': 'true', Accept: 'text/html' } });
  if (!answer.ok) throw new Error(`That did not work: status ${answer.status}`);
  const place = document.getElementById('dialog');
  place.innerHTML = await answer.text();
  offer();
  const dialog = place.querySelector('dialog');
  dialog.removeAttribute('open');
  dialog.showModal();
  dialog.querySelector('[autofocus]')?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(false));
    dialog.querySelector('form').addEventListener('submit', async (event) => {
      event.preventDefault();
      const form = event.target;
      try {
        await post(form.action, new URLSearchParams(new FormData(form)));
        resolve(true);
        dialog.close();
      } catch (failure) {
        say(form.querySelector('[role=alert].error'), failure);
        typed(form).find((field) => field.value)?.select();
      }
    });
  });
};

// Does what may need a proof of who is there, and asks for it where it does. Nothing is done if the user says no.
export const confirmed = async (work) => {
  try {
    return await work();
  } catch (failure) {
    if (failure.code !== 'confirmation_required') throw failure;
    return (await ask()) ? work() : undefined;
  }
};
