// What the browser keeps of the playground is gone with the session: the next to sign in here may be somebody else.
export const PREFIX = 'dw-playground:';

document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[action="/authentication/sign_out"]')) return;
  Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach((name) => localStorage.removeItem(name));
});
