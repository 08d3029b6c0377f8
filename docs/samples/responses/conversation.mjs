import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const conversation = await client.conversations.create({
  items: [{ role: 'user', content: 'I keep bees.' }],
  metadata: { topic: 'bees' },
});
for (const question of ['What should I do in spring?', 'And in autumn?']) {
  const response = await client.responses.create({
    model: 'doubleword-demo',
    conversation: conversation.id,
    input: question,
  });
  console.log(response.output_text);
}

for await (const item of client.conversations.items.list(conversation.id, { order: 'asc' })) {
  console.log(item.role, item.content[0].text.length);
}
