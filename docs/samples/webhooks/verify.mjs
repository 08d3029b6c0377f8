import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = Buffer.from(process.env.DOUBLEWORD_WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');

// The event, if Doubleword signed it within the last five minutes.
const verified = (headers, body) => {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
  const fresh = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300;
  const given = headers['webhook-signature'].split(' ').map((each) => Buffer.from(each));
  if (!fresh || !given.some((each) => each.length === expected.length && timingSafeEqual(each, expected))) {
    throw new Error('not signed by Doubleword');
  }
  return JSON.parse(body);
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  try {
    const event = verified(request.headers, body);
    console.log(event.type, event.data.id);
    response.writeHead(204).end();
  } catch (problem) {
    console.log('refused:', problem.message);
    response.writeHead(401).end();
  }
  server.close(); // takes one event; without this, all
});
server.listen(process.env.PORT, '127.0.0.1');
