// Passkeys: adding one under Settings, and signing in with one. Where a browser does not know them, nothing is offered.
import { confirmed, known, post, prove, say } from './confirm.js';

const add = async (form) => {
  const token = form.elements.csrf_token.value;
  const made = await confirmed(() => post('/settings/passkeys/options', {}, token));
  if (!made) return false;
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(made) });
  await post('/settings/passkeys', { name: form.elements.name.value, credential: credential.toJSON() }, token);
  location.reload();
  return true;
};

const signIn = async (button) => {
  const credential = await prove('/authentication/passkey/options');
  const { location: next } = await post('/authentication/passkey', { rd: button.dataset.rd, credential });
  location.assign(next);
  return true;
};

const during = async (button, place, work) => {
  button.disabled = true;
  place.hidden = true;
  try {
    button.disabled = await work();
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
