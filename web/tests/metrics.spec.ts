import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceIdOf } from './world';

const wait = 'queue_wait_seconds';
const asked = (...queries: string[]) => at(`/graph?${queries.map((query) => `q=${encodeURIComponent(query)}`).join('&')}`);

test('charts can be read by everybody', async ({ page }) => {
  await page.goto(`${asked(wait, `sum(${wait})`)}&browse=1&metric=${wait}`);
  const series = page.getByRole('region', { name: /Series of/ });
  await expect(series).toHaveCount(2);
  await expect(series.first().getByRole('button', { name: 'payments' })).toBeVisible();
  await expect(page.getByRole('img', { name: /2 series over time/ })).toBeVisible();
  await expectAccessible(page);
});

test('a query is written, completed and asked by keys alone, and its address restores it', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Now');
  // The second key has to follow within a second, which a busy machine may miss.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await expect(page).toHaveURL(/\/graph/, { timeout: 2_000 });
  }).toPass();
  const editor = page.getByRole('textbox', { name: 'PromQL query A' });
  await editor.focus();
  await page.keyboard.type('queue_w');
  await expect(page.getByRole('option', { name: new RegExp(wait) })).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete'); // Typed over coloured text the browser itself writes style attributes, which the policy refuses.
  await page.keyboard.insertText(`max by (job) (${wait})`);
  await page.keyboard.press('Enter');
  const rows = page.getByRole('region', { name: 'Series of A' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('orders');
  await expect(rows.nth(1)).toContainText('190 ms');
  const address = page.url();
  await page.goto(at('/'));
  await page.goto(address);
  await expect(editor).toHaveText(`max by (job) (${wait})`);
  await expect(rows).toHaveCount(3);
});

test('dragging over a chart chooses that stretch of time, and going back leaves it', async ({ page }) => {
  await page.goto(asked(wait));
  const chart = page.getByRole('img', { name: /series over time/ });
  await expect(chart).toBeVisible();
  const box = await chart.boundingBox();
  if (!box) {
    throw new Error('The chart has no place.');
  }

  await page.mouse.move(box.x + box.width * 0.7, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 80, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/start=.*end=/);
  const explain = page.getByRole('link', { name: 'Explain this' });
  await expect(explain).toHaveAttribute('href', /^\/investigate\?start=.*Z&end=.*Z$/);
  await page.goBack();
  await expect(page).not.toHaveURL(/start=/);
});

test('an exemplar leads to its trace, an investigation to the service of the query', async ({ page }) => {
  await page.goto(asked(`${wait}{job="payments"}`));
  await expect(page.getByRole('link', { name: 'Explain this' })).toHaveAttribute('href', /service=payments$/);
  await page.getByText(/Exemplars:/).click();
  await page
    .getByRole('link', { name: traceIdOf(5).slice(0, 16) })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('gateway: POST /checkout');
});

test('metrics are found by name, and asked about with a click', async ({ page }) => {
  await page.goto(at('/graph'));
  await page.getByRole('button', { name: 'Browse metrics' }).click();
  const browser = page.getByRole('complementary', { name: 'Metrics that there are' });
  await browser.getByRole('searchbox').fill('queue wait');
  await browser.getByRole('button', { name: new RegExp(wait) }).click();
  await expect(browser).toContainText('queue.wait as the tests made it.');
  await browser.getByRole('button', { name: 'job' }).click();
  await browser.getByRole('button', { name: 'Show by job' }).click();
  await expect(page.getByRole('textbox', { name: 'PromQL query A' })).toHaveText(`avg by (job) (${wait})`);
  await page.getByRole('button', { name: 'At the end' }).click();
  await expect(page).toHaveURL(/mode=instant/);
});

test('a query that is wrong says where', async ({ page }) => {
  await page.goto(asked('rate('));
  await expect(page.getByRole('alert')).toContainText('parse error');
  await page.goto(asked('no_such_metric'));
  await expect(page.getByRole('status').filter({ hasText: 'No series fits' })).toBeVisible();
});
