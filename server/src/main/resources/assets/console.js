// What the console does in the browser beyond what HTML does by itself. Every page works without it but for copying,
// the palette and what is live.
import './secrets.js';
import './dialogs.js';
import './confirm.js';
import './menus.js';
import './copy.js';
import './times.js';
import './theme.js';
import './palette.js';
import './toasts.js';
import './tables.js';
import './files.js';
import './try.js';
import './forget.js';
import './live.js';
import './answers.js';
import './rendered.js';
