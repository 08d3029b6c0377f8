// A small part of Markdown as elements: what a model writes becomes text nodes only, never HTML. What is not known here
// stays as it was written.
const element = (name, children = [], attributes = {}) => {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
};

const INLINE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)|\*\*([^*\s](?:[\s\S]*?[^*\s])?)\*\*|(?<![\w*])\*([^*\s](?:[^*]*?[^*\s])?)\*(?![\w*])|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/;

const inline = (text) => {
  const parts = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index) parts.push(rest.slice(0, match.index));
    const [whole, , code, strong, emphasis, label, href] = match;
    if (code !== undefined) parts.push(element('code', [code]));
    else if (strong !== undefined) parts.push(element('strong', inline(strong)));
    else if (emphasis !== undefined) parts.push(element('em', inline(emphasis)));
    else parts.push(element('a', [label], { href, target: '_blank', rel: 'noopener noreferrer nofollow' }));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) parts.push(rest);
  return parts;
};

const BULLET = /^ {0,3}[-*+] +/;
const NUMBER = /^ {0,3}\d{1,9}[.)] +/;
const HEADING = /^(#{1,6}) +(.*?)#* *$/;
const FENCE = /^ {0,3}(```+|~~~+)(.*)$/;
const starts = (line) => FENCE.test(line) || HEADING.test(line) || BULLET.test(line) || NUMBER.test(line) || line.startsWith('>');

export const markdown = (text) => {
  const blocks = document.createDocumentFragment();
  const lines = text.split('\n');
  let at = 0;
  const take = (test) => {
    const taken = [];
    while (at < lines.length && test(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  const list = (name, mark) => {
    const items = [];
    while (at < lines.length && mark.test(lines[at])) {
      const first = lines[at++].replace(mark, '');
      const more = take((line) => /^\s+\S/.test(line) && !mark.test(line));
      items.push(element('li', inline([first, ...more.map((line) => line.trim())].join('\n'))));
    }
    blocks.append(element(name, items));
  };
  while (at < lines.length) {
    const line = lines[at];
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (!line.trim()) {
      at++;
    } else if (fence) {
      at++;
      const code = take((inside) => !inside.trim().startsWith(fence[1]));
      at++;
      blocks.append(element('pre', [element('code', [code.join('\n')])], { tabindex: '0' }));
    } else if (heading) {
      at++;
      blocks.append(element('p', inline(heading[2]), { class: 'heading' }));
    } else if (BULLET.test(line)) {
      list('ul', BULLET);
    } else if (NUMBER.test(line)) {
      list('ol', NUMBER);
    } else if (line.startsWith('>')) {
      blocks.append(element('blockquote', inline(take((one) => one.startsWith('>')).map((one) => one.replace(/^> ?/, '')).join('\n'))));
    } else {
      at++;
      blocks.append(element('p', inline([line, ...take((one) => one.trim() && !starts(one))].join('\n'))));
    }
  }
  return blocks;
};
