// Passkeys: adding one under Settings, and signing in with one. Where a browser does not know them, nothing is offered.
const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

const post = async (path, body, token) => {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  if (token) headers['X-CSRF-Token'] = token;
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.message ?? `That did not work: status ${answer.status}`);
  return said;
};

// What browsers throw is for programmers; a user who cancels needs no words.
const say = (place, failure) => {
  const quiet = ['NotAllowedError', 'AbortError'].includes(failure.name);
  place.textContent = quiet ? '' : failure.name === 'InvalidStateError' ? 'This device has a passkey of yours already.' : failure.message;
  place.hidden = quiet;
};

const add = async (form) => {
  const token = form.elements.csrf_token.value;
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/settings/passkeys/options', {}, token));
  const credential = await navigator.credentials.create({ publicKey: options });
  await post('/settings/passkeys', { name: form.elements.name.value, credential: credential.toJSON() }, token);
  location.reload();
};

const signIn = async (button) => {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(await post('/authentication/passkey/options', {}));
  const credential = await navigator.credentials.get({ publicKey: options });
  const { location: next } = await post('/authentication/passkey', { rd: button.dataset.rd, credential: credential.toJSON() });
  location.assign(next);
};

const during = async (button, place, work) => {
  button.disabled = true;
  place.hidden = true;
  try {
    await work();
  } catch (failure) {
    say(place, failure);
    button.disabled = false;
  }
};

if (known) {
  for (const form of document.querySelectorAll('form[data-passkey-add]')) {
    form.hidden = false;
    const place = form.querySelector('[role=alert]');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      during(form.querySelector('button'), place, () => add(form));
    });
  }
  for (const box of document.querySelectorAll('[data-passkey-sign-in]')) {
    box.hidden = false;
    const button = box.querySelector('button');
    button.addEventListener('click', () => during(button, box.querySelector('[role=alert]'), () => signIn(button)));
  }
}
