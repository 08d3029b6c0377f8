// What the playground's pages share about answers of the server.

// An answer that is no success, as an error that says what the server said, with the request's id.
export const failure = async (answer) => {
  const id = answer.headers.get('x-request-id');
  let said = `Status ${answer.status}.`;
  try {
    const body = await answer.json();
    said = body.error?.message ?? body.message ?? said;
  } catch {
    // Not our JSON: the status has to do.
  }
  return new Error(id ? `${said} Request ${id}.` : said);
};

// The events of a stream, each with its name and data.
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      let name = 'message';
      const data = [];
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length) yield { name, data: data.join('\n') };
    }
  }
}
