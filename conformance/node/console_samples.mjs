// Reads the code samples that the console and the documentation show, as a reader sees them: before filling, filled, filled
// in an organization, signed out. Writes them as JSON to the file named by its argument; the harness then runs each.
import { writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const {
  CONFORMANCE_CONSOLE: origin, CONFORMANCE_CLAIM: claim, CONFORMANCE_CHROMIUM: executablePath,
} = process.env;
const models = [process.env.CONFORMANCE_CHAT_MODEL, process.env.CONFORMANCE_EMBEDDING_MODEL];
const found = [];

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const signedIn = await browser.newContext();
  const page = await signedIn.newPage();
  await page.goto(claim);
  await page.getByLabel('Email address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('seven purple lanterns');
  await page.getByLabel('Password, again').fill('seven purple lanterns');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/me');

  await page.goto(`${origin}/organizations/new`);
  await page.getByLabel('Name', { exact: true }).fill('Sample Readers');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL('**/o/sample-readers/**');

  for (const model of models) {
    await dialog(page, '/me', model, 'not filled');
    await dialog(page, '/me', model, 'filled');
    await dialog(page, '/o/sample-readers', model, 'filled in an organization');
  }

  const stranger = await (await browser.newContext()).newPage();
  await documentation(stranger, '/docs/creating-an-api-key', 'docs, signed out');
  await documentation(page, '/docs/creating-an-api-key', 'docs, filled');
} finally {
  await browser.close();
}
await writeFile(process.argv[2], JSON.stringify(found));

/** Each language of a model's API dialog: of every sample of every tier where the key is the reader's own, else of the first. */
async function dialog(page, place, model, state) {
  const filled = state.startsWith('filled');
  const every = state === 'filled';
  const shown = page.getByRole('dialog');
  const open = async () => {
    await page.goto(`${origin}${place}/models/${encodeURIComponent(model)}?api=realtime`);
    if (!filled) return;
    await shown.getByRole('button', { name: 'Fill API Key' }).click();
    await shown.getByText('Show without key').waitFor();
  };
  await open();
  const tiers = await shown.getByRole('group', { name: 'Tier' }).getByRole('link').allInnerTexts();
  for (const tier of every ? tiers : tiers.slice(0, 1)) {
    await open();
    await choose(shown, tier, 'Tier');
    const all = await shown.getByRole('group', { name: 'Sample' }).getByRole('link').allInnerTexts();
    const kinds = all.length ? all : [''];
    for (const kind of every ? kinds : kinds.slice(0, 1)) {
      if (kind) await choose(shown, kind, 'Sample');
      for (const language of await shown.locator('.code header a.tab').allInnerTexts()) {
        await choose(shown, language);
        const text = await shown.locator('#sample').innerText();
        found.push({ state, where: `${place} ${model} ${tier} ${kind}`.trim(), language, text });
      }
    }
  }
}

/** The first calls on a page of the documentation, in each language. */
async function documentation(page, path, state) {
  await page.goto(origin + path);
  if (state.endsWith('filled')) {
    await page.getByRole('button', { name: 'Fill API Key' }).click();
    await page.locator('.prose .code code', { hasText: 'dw_sk_' }).first().waitFor();
  }
  const sample = page.locator('.prose .code:has(header a.tab)').first();
  for (const language of await sample.locator('header a.tab').allInnerTexts()) {
    await choose(sample, language);
    found.push({ state, where: path, language, text: await sample.locator('code').innerText() });
  }
}

/** Presses a tab, of a group where more than one is called so, and waits until what it chooses is there. */
async function choose(within, name, group) {
  const tabs = group ? within.getByRole('group', { name: group, exact: true }) : within.locator('header');
  await tabs.getByRole('link', { name, exact: true }).click();
  await tabs.getByRole('link', { name, exact: true }).and(within.page().locator('[aria-current=true]')).waitFor();
}
