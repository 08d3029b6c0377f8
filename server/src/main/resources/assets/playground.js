// The playground's chat: columns of one model each, which all hear what the user says. The conversation lives here; the
// server sees what each call sends to a model, and keeps nothing of it.
import { events, failure } from './calls.js';
import { PREFIX } from './forget.js';
import { markdown } from './markdown.js';
import { toast } from './toasts.js';

const MOST_COLUMNS = 4;
const MOST_KEPT = 50;
const MOST_IMAGE_BYTES = 4 * 1024 * 1024;
const LONGEST_LINK = 30000;
const DRAW_MILLIS = 60;
const EXAMPLES = {
  tools: [{ type: 'function', function: { name: 'get_weather', description: 'The weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }],
  schema: { type: 'object', properties: { city: { type: 'string' }, country: { type: 'string' } }, required: ['city', 'country'], additionalProperties: false },
};

const root = document.querySelector('[data-playground="chat"]');
const composer = root?.querySelector('[data-composer]');

const start = () => {
  const { base, place, user } = root.dataset;
  const settings = root.querySelector('[data-settings]');
  const text = root.querySelector('#play-text');
  const columnsPlace = root.querySelector('[data-columns]');
  const status = root.querySelector('[data-status]');
  const csrf = composer.elements.csrf_token.value;
  const mayCall = !text.disabled;
  const kept = `${PREFIX}${user}:${place}`;
  let state;
  let attached = [];

  const template = (name) => root.querySelector(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);
  const options = [...root.querySelector('template[data-template="column"]').content.querySelectorAll('option')];
  const models = options.map((option) => option.value);
  const known = (model) => (models.includes(model) ? model : models[0]);
  const fresh = (chosen) => ({ id: Date.now().toString(36) + Math.random().toString(36).slice(2, 8), columns: chosen.slice(0, MOST_COLUMNS).map((model) => ({ model: known(model), messages: [] })) });
  const running = () => state.columns.some((column) => column.controller);

  // ---- What is sent

  const json = (name) => {
    const field = settings.elements[name];
    const written = field.value.trim();
    field.removeAttribute('aria-invalid');
    if (!written) return undefined;
    try {
      return JSON.parse(written);
    } catch (wrong) {
      field.setAttribute('aria-invalid', 'true');
      field.closest('details').open = true;
      root.querySelector('.play-side').open = true;
      field.focus();
      throw new Error(`${name === 'tools' ? 'Tools' : 'JSON schema'}: ${wrong.message}`);
    }
  };

  const parameters = () => {
    const given = {};
    for (const name of ['temperature', 'top_p', 'max_tokens', 'seed']) {
      const field = settings.elements[name];
      if (!field.checkValidity()) { field.reportValidity(); throw new Error(`${field.labels[0].textContent}: ${field.validationMessage}`); }
      if (field.value !== '') given[name] = Number(field.value);
    }
    const stop = settings.elements.stop.value.split('\n').filter(Boolean);
    if (stop.length) given.stop = stop;
    if (settings.elements.tier.value) given.service_tier = settings.elements.tier.value;
    const tools = json('tools');
    if (tools) given.tools = tools;
    const schema = json('schema');
    if (schema) given.response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
    return given;
  };

  const wire = (message) => {
    if (message.role === 'tool') return { role: 'tool', tool_call_id: message.id, content: message.text };
    if (message.role === 'assistant') {
      return message.calls?.length
        ? { role: 'assistant', content: message.text || null, tool_calls: message.calls.map(({ id, name, args }) => ({ id, type: 'function', function: { name, arguments: args } })) }
        : { role: 'assistant', content: message.text };
    }
    return message.images?.length
      ? { role: 'user', content: [{ type: 'text', text: message.text }, ...message.images.map((url) => ({ type: 'image_url', image_url: { url } }))] }
      : { role: 'user', content: message.text };
  };

  // An answer that came to nothing is no part of what the model is told.
  const spoken = (message) => message.role !== 'assistant' || message.text || message.calls?.length;

  const request = (column) => {
    const system = settings.elements.system.value.trim();
    return {
      model: column.model,
      messages: [...(system ? [{ role: 'system', content: system }] : []), ...column.messages.filter(spoken).map(wire)],
      ...parameters(),
    };
  };

  // ---- One answer

  const take = (reply, delta) => {
    reply.text += delta.content ?? '';
    reply.reasoning += delta.reasoning_content ?? delta.reasoning ?? '';
    for (const part of delta.tool_calls ?? []) {
      const at = part.index ?? reply.calls.length;
      const call = reply.calls[at] ??= { id: '', name: '', args: '' };
      call.id ||= part.id ?? '';
      call.name += part.function?.name ?? '';
      call.args += part.function?.arguments ?? '';
    }
  };

  const hear = async (answer, reply, draw) => {
    if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { answer: body, outcome } = await answer.json();
      take(reply, body.choices[0].message);
      reply.outcome = outcome;
      return;
    }
    for await (const { name, data } of events(answer.body)) {
      if (name === 'outcome') {
        reply.outcome = JSON.parse(data);
      } else if (data !== '[DONE]') {
        const chunk = JSON.parse(data);
        if (chunk.error) throw new Error(`${chunk.error.message} Request ${reply.request}.`);
        if (chunk.choices?.[0]?.delta) take(reply, chunk.choices[0].delta);
        draw();
      }
    }
  };

  const ask = async (column) => {
    let body;
    try {
      body = request(column);
    } catch (wrong) {
      toast(wrong.message);
      return;
    }
    const reply = { role: 'assistant', model: column.model, text: '', reasoning: '', calls: [], outcome: null };
    column.messages.push(reply);
    const controller = new AbortController();
    column.controller = controller;
    const view = drawColumn(column).lastElementChild;
    let timer;
    const draw = () => { timer ??= setTimeout(() => { timer = undefined; drawAnswer(view, column, reply); }, DRAW_MILLIS); };
    controls();
    try {
      const answer = await fetch(`${base}/calls/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': csrf },
        body: JSON.stringify({ ...body, stream: true }),
        signal: controller.signal,
      });
      reply.request = answer.headers.get('x-request-id');
      if (!answer.ok) throw await failure(answer);
      await hear(answer, reply, draw);
    } catch (failed) {
      if (controller.signal.aborted) reply.stopped = true;
      else reply.error = failed.message;
    } finally {
      clearTimeout(timer);
      delete column.controller;
      drawAnswer(view, column, reply);
      controls();
      keep();
      if (!running()) status.textContent = reply.error ?? 'Answered.';
    }
  };

  const askAll = () => {
    status.textContent = 'Answering…';
    return Promise.all(state.columns.map(ask));
  };

  const send = () => {
    const said = text.value.trim();
    if (!mayCall || running() || (!said && !attached.length)) return;
    try {
      parameters();
    } catch (wrong) {
      toast(wrong.message);
      return;
    }
    state.columns.forEach((column) => column.messages.push({ role: 'user', text: said, images: attached }));
    text.value = '';
    attached = [];
    drawAttached();
    askAll();
  };

  const stop = () => state.columns.forEach((column) => column.controller?.abort());

  // ---- What is shown

  const figures = (reply) => {
    const parts = [];
    const { outcome } = reply;
    if (reply.stopped) parts.push('stopped');
    if (outcome) {
      if (outcome.first_token_ms) parts.push(`${Math.round(outcome.first_token_ms)} ms to first token`);
      if (outcome.tokens_per_second) parts.push(`${outcome.tokens_per_second >= 10 ? Math.round(outcome.tokens_per_second) : outcome.tokens_per_second.toFixed(1)} tokens/s`);
      parts.push(`${outcome.input_tokens} in${outcome.cached_tokens ? ` (${outcome.cached_tokens} cached)` : ''}, ${outcome.output_tokens} out${outcome.reasoning_tokens ? ` (${outcome.reasoning_tokens} reasoning)` : ''}`);
      parts.push(`${outcome.cost}${outcome.estimated ? ' estimated' : ''}`);
    }
    const line = [parts.join(' · ')];
    if (reply.request) {
      const link = document.createElement('a');
      link.href = `${place}/requests/${reply.request}`;
      link.textContent = 'request';
      line.push(parts.length ? ' · ' : '', link);
    }
    return line;
  };

  const drawCalls = (form, column, reply, last) => {
    form.hidden = !reply.calls.length;
    form.replaceChildren(...reply.calls.map((call, i) => {
      const field = document.createElement('div');
      field.className = 'field';
      const shown = document.createElement('pre');
      shown.tabIndex = 0;
      shown.textContent = `${call.name}(${call.args})`;
      field.append(shown);
      if (last && !column.controller) {
        const result = document.createElement('textarea');
        result.className = 'input mono';
        result.name = `result-${i}`;
        result.rows = 2;
        result.placeholder = 'What the tool answers';
        result.setAttribute('aria-label', `Result of ${call.name}`);
        field.append(result);
      }
      return field;
    }));
    if (last && !column.controller && reply.calls.length) {
      const button = document.createElement('button');
      button.className = 'button small';
      button.textContent = 'Send results';
      form.append(button);
    }
  };

  const drawAnswer = (view, column, reply) => {
    const pinned = columnAtEnd(view);
    const busy = column.controller && column.messages.at(-1) === reply;
    view.querySelector('[data-model]').textContent = reply.model;
    view.querySelector('.thought').hidden = !reply.reasoning;
    view.querySelector('.thought .inside').replaceChildren(markdown(reply.reasoning));
    view.querySelector('.text').replaceChildren(markdown(reply.text));
    view.classList.toggle('busy', Boolean(busy));
    drawCalls(view.querySelector('.toolcalls'), column, reply, column.messages.at(-1) === reply);
    const notice = view.querySelector('.notice');
    notice.hidden = !reply.error;
    notice.querySelector('div').textContent = reply.error ?? '';
    view.querySelector('.tools').hidden = Boolean(busy);
    view.querySelector('.figures').replaceChildren(...(busy ? [] : figures(reply)));
    if (pinned) view.parentElement.scrollTop = view.parentElement.scrollHeight;
  };

  const columnAtEnd = (view) => {
    const list = view.parentElement;
    return list && list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  };

  const drawShots = (shots, images, removable) => {
    shots.hidden = !images.length;
    shots.replaceChildren(...images.map((url, i) => {
      const shot = template('shot');
      shot.querySelector('img').src = url;
      if (removable) shot.querySelector('button').addEventListener('click', () => { attached.splice(i, 1); drawAttached(); });
      else shot.querySelector('button').remove();
      return shot;
    }));
  };

  const drawAttached = () => drawShots(composer.querySelector('[data-shots]'), attached, true);

  const drawMessage = (column, message, at) => {
    if (message.role === 'tool') {
      const view = template('tool');
      view.querySelector('.text').textContent = message.text;
      return view;
    }
    const view = template(message.role);
    if (message.role === 'user') {
      view.querySelector('.text').textContent = message.text;
      drawShots(view.querySelector('.shots'), message.images ?? [], false);
      view.querySelector('[data-edit]').addEventListener('click', () => edit(view, column, at));
    } else {
      view.querySelector('[data-copy-answer]').addEventListener('click', async () => { await navigator.clipboard.writeText(message.text); toast('Copied'); });
      view.querySelector('[data-again]').addEventListener('click', () => {
        if (running()) return;
        column.messages.length = at;
        ask(column);
      });
      view.querySelector('.toolcalls').addEventListener('submit', (event) => {
        event.preventDefault();
        const fields = event.target.elements;
        message.calls.forEach((call, i) => column.messages.push({ role: 'tool', id: call.id, text: fields[`result-${i}`].value }));
        ask(column);
      });
    }
    return view;
  };

  const drawColumn = (column) => {
    const list = column.view.querySelector('.talk');
    list.replaceChildren(...column.messages.map((message, at) => drawMessage(column, message, at)));
    column.messages.forEach((message, at) => { if (message.role === 'assistant') drawAnswer(list.children[at], column, message); });
    if (!column.messages.length) list.append(template('welcome'));
    list.scrollTop = list.scrollHeight;
    return list;
  };

  const draw = () => {
    columnsPlace.dataset.count = state.columns.length;
    columnsPlace.replaceChildren(...state.columns.map((column) => {
      column.view = template('column');
      const select = column.view.querySelector('select');
      select.value = column.model;
      select.addEventListener('change', () => { column.model = select.value; prices(); address(); keep(); });
      const drop = column.view.querySelector('[data-drop]');
      drop.hidden = state.columns.length === 1;
      drop.addEventListener('click', () => {
        column.controller?.abort();
        state.columns.splice(state.columns.indexOf(column), 1);
        draw();
        address();
        keep();
      });
      return column.view;
    }));
    state.columns.forEach(drawColumn);
    controls();
  };

  // What a million tokens cost with each model, in the tier that is chosen.
  const price = (model) => {
    const { dataset } = options[models.indexOf(model)];
    const flex = settings.elements.tier.value === 'flex';
    if (flex && dataset.soldFlex === undefined) return 'not sold as Async';
    const cost = flex ? dataset.flex : dataset.realtime;
    return cost || 'no price';
  };

  const prices = () => {
    const shown = [...new Set(state.columns.map((column) => column.model))];
    const said = shown.map((model) => (shown.length > 1 ? `${model}: ${price(model)}` : price(model))).join(' · ');
    settings.querySelector('[data-prices]').textContent = said.includes('$') ? `${said}, per million tokens` : said;
  };

  const controls = () => {
    prices();
    const busy = running();
    composer.querySelector('[data-stop]').hidden = !busy;
    composer.querySelector('[data-send]').hidden = busy;
    composer.querySelector('[data-compare]').hidden = state.columns.length >= MOST_COLUMNS || models.length === 0;
  };

  const edit = (view, column, at) => {
    if (running()) return;
    const turn = column.messages.slice(0, at).filter((message) => message.role === 'user').length;
    const form = document.createElement('form');
    form.className = 'stack tight';
    const field = document.createElement('textarea');
    field.className = 'input';
    field.value = column.messages[at].text;
    field.setAttribute('aria-label', 'Message');
    const row = document.createElement('div');
    row.className = 'row';
    for (const [label, kind] of [['Send', 'button small primary'], ['Cancel', 'button small plain']]) {
      const button = document.createElement('button');
      button.textContent = label;
      button.className = kind;
      if (label === 'Cancel') button.type = 'button';
      row.append(button);
    }
    form.append(field, row);
    row.lastElementChild.addEventListener('click', () => drawColumn(column));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      // The same turn is changed in every column, and all after it is asked again.
      state.columns.forEach((each) => {
        const places = each.messages.map((message, i) => (message.role === 'user' ? i : -1)).filter((i) => i >= 0);
        if (places[turn] === undefined) return;
        each.messages.length = places[turn] + 1;
        each.messages[places[turn]] = { ...each.messages[places[turn]], text: field.value.trim() };
      });
      askAll();
    });
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); event.stopPropagation(); form.requestSubmit(); }
      if (event.key === 'Escape') { event.stopPropagation(); drawColumn(column); }
    });
    view.querySelector('.text').replaceChildren(form);
    field.focus();
  };

  // ---- What is kept, and shared

  const values = () => Object.fromEntries([...settings.elements].filter((field) => field.name && field.value !== '').map((field) => [field.name, field.value]));

  const plain = (images) => ({
    id: state.id,
    settings: values(),
    columns: state.columns.map(({ model, messages }) => ({ model, messages: messages.map((message) => (images || !message.images?.length ? message : { ...message, images: [] })) })),
  });

  const past = () => {
    try {
      return JSON.parse(localStorage.getItem(kept)) ?? [];
    } catch {
      return [];
    }
  };

  const store = (list) => {
    let shorter = list.slice(0, MOST_KEPT);
    while (shorter.length) {
      try {
        localStorage.setItem(kept, JSON.stringify(shorter));
        return;
      } catch {
        // No room left: the oldest make place.
        shorter = shorter.slice(0, -1);
      }
    }
    localStorage.removeItem(kept);
  };

  const keep = () => {
    const first = state.columns[0].messages.find((message) => message.role === 'user');
    if (!first) return;
    const entry = { ...plain(false), title: first.text.slice(0, 80) || 'Image', at: new Date().toISOString() };
    store([entry, ...past().filter((other) => other.id !== state.id)]);
  };

  const load = (entry) => {
    stop();
    state = { id: entry.id ?? fresh([]).id, columns: entry.columns.slice(0, MOST_COLUMNS).map(({ model, messages }) => ({ model: known(model), messages })) };
    settings.reset();
    Object.entries(entry.settings ?? {}).forEach(([name, value]) => { if (settings.elements[name]) settings.elements[name].value = value; });
    settings.querySelectorAll('[data-json]').forEach((part) => { part.open = settings.elements[part.dataset.json].value !== ''; });
    draw();
    address();
  };

  // The models stand in the address, so that a reload begins with them.
  const address = () => {
    const query = new URLSearchParams(state.columns.map((column) => ['model', column.model]));
    history.replaceState(null, '', `${base}?${query}`);
  };

  const packed = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

  const share = async () => {
    const bytes = await packed(new TextEncoder().encode(JSON.stringify(plain(false))), new CompressionStream('deflate-raw'));
    const code = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    if (code.length > LONGEST_LINK) {
      toast('This conversation is too long for a link.');
      return;
    }
    await navigator.clipboard.writeText(`${location.origin}${base}#c=${code}`);
    toast('Link copied. It holds the conversation itself, without images.');
  };

  const shared = async () => {
    const code = new URLSearchParams(location.hash.slice(1)).get('c');
    if (!code) return false;
    try {
      const bytes = Uint8Array.from(atob(code.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
      const entry = JSON.parse(new TextDecoder().decode(await packed(bytes, new DecompressionStream('deflate-raw'))));
      load({ ...entry, id: undefined });
      return true;
    } catch {
      toast('The link is damaged: its conversation cannot be read.');
      return false;
    }
  };

  const showHistory = () => {
    const dialog = template('history');
    const list = dialog.querySelector('.past');
    const fill = () => {
      const entries = past();
      dialog.querySelector('[data-none]').hidden = entries.length > 0;
      dialog.querySelector('[data-forget]').hidden = entries.length === 0;
      list.replaceChildren(...entries.map((entry) => {
        const row = template('past');
        row.querySelector('.clip').textContent = entry.title;
        const time = row.querySelector('time');
        time.dateTime = entry.at;
        time.textContent = `${entry.at.slice(0, 16).replace('T', ' ')} UTC`;
        row.querySelector('.open').addEventListener('click', () => { dialog.close(); load(entry); });
        row.querySelector('[data-forget-one]').addEventListener('click', () => { store(past().filter((other) => other.id !== entry.id)); fill(); });
        return row;
      }));
    };
    dialog.querySelector('[data-forget]').addEventListener('click', () => { localStorage.removeItem(kept); fill(); });
    fill();
    document.getElementById('dialog').replaceChildren(dialog);
    document.dispatchEvent(new CustomEvent('htmx:afterSettle'));
  };

  const showCode = () => {
    let body;
    try {
      body = request(state.columns[0]);
    } catch (wrong) {
      toast(wrong.message);
      return;
    }
    // The program asks what was asked last.
    while (body.messages.at(-1)?.role === 'assistant') body.messages.pop();
    if (!body.messages.some((message) => message.role === 'user')) body.messages.push({ role: 'user', content: text.value.trim() || 'Hello!' });
    // An attached image would be most of the program.
    const short = JSON.stringify(body, (key, value) => (key === 'url' && value.length > 4000 ? `${value.slice(0, value.indexOf(',') + 1)}…` : value));
    htmx.ajax('POST', `${base}/code`, { target: '#dialog', values: { body: short, language: 'python', csrf_token: csrf } });
  };

  // ---- What happens

  const attach = (files) => {
    for (const file of files) {
      if (!file.type.startsWith('image/')) continue;
      if (file.size > MOST_IMAGE_BYTES) { toast(`${file.name} is larger than 4 MB.`); continue; }
      const reader = new FileReader();
      reader.addEventListener('load', () => { attached.push(reader.result); drawAttached(); });
      reader.readAsDataURL(file);
    }
  };

  composer.addEventListener('submit', (event) => { event.preventDefault(); send(); });
  composer.querySelector('[data-stop]').addEventListener('click', stop);
  composer.querySelector('[data-image]').addEventListener('change', (event) => { attach(event.target.files); event.target.value = ''; });
  text.addEventListener('paste', (event) => attach(event.clipboardData.files));
  composer.querySelector('[data-compare]').addEventListener('click', () => {
    if (running()) return;
    // A newcomer begins where the others begin: with the next message.
    const other = models.find((model) => !state.columns.some((column) => column.model === model)) ?? models[0];
    state.columns.push({ model: other, messages: [] });
    draw();
    address();
  });
  settings.addEventListener('submit', (event) => event.preventDefault());
  settings.addEventListener('input', (event) => { event.target.removeAttribute('aria-invalid'); prices(); });
  settings.querySelectorAll('[data-example]').forEach((button) => button.addEventListener('click', () => {
    const field = settings.elements[button.dataset.example];
    field.value = JSON.stringify(EXAMPLES[button.dataset.example], null, 2);
    field.focus();
  }));
  document.addEventListener('keydown', (event) => {
    if (document.querySelector('dialog:modal')) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && running()) {
      stop();
    }
  });
  root.querySelector('[data-new]').addEventListener('click', () => {
    stop();
    state = fresh(state.columns.map((column) => column.model));
    draw();
    address();
    text.focus();
  });
  root.querySelector('[data-history]').addEventListener('click', showHistory);
  root.querySelector('[data-share]').addEventListener('click', share);
  root.querySelector('[data-code]').addEventListener('click', showCode);
  root.querySelectorAll('.head .button[hidden]').forEach((button) => { button.hidden = false; });
  if (matchMedia('(max-width: 56rem)').matches) root.querySelector('.play-side').open = false;

  const asked = new URLSearchParams(location.search).getAll('model');
  state = fresh(asked.length ? asked : [models[0]]);
  draw();
  shared();
};

if (composer) start();
