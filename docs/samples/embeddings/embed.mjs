import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env.DOUBLEWORD_API_BASE,
  apiKey: process.env.DOUBLEWORD_API_KEY,
});

const texts = ['a cat on a mat', 'a kitten on a rug', 'quarterly tax return'];
const { data } = await client.embeddings.create({ model: 'all-minilm-l6-v2', input: texts });
const [cat, ...others] = data.map((item) => item.embedding);

others.forEach((vector, i) => {
  const alike = vector.reduce((sum, x, at) => sum + x * cat[at], 0);
  console.log(alike.toFixed(2), texts[i + 1]);
});
