import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceRequest } from './telemetry';
import { traceIdOf } from './world';

const oddTrace = 'b'.repeat(31) + '1';
const skewedTrace = 'b'.repeat(31) + '2';

const spans = (
  start: number,
  parts: readonly [id: number, parent: number, service: string, at: number, length: number, error?: string][],
) => ({
  start,
  spans: parts.map(([id, parent, service, from, length, error]) => ({
    service,
    name: `operation ${id}`,
    kind: 2,
    id,
    parent,
    start: from,
    length,
    ...(error !== undefined && { error }),
  })),
});

test.beforeAll(async () => {
  const start = Date.now() - 500_000;
  const sent = [
    [
      oddTrace,
      // A missing parent, a circle, a span that is its own parent, lengths of nothing and less, and names of any alphabet.
      spans(start, [
        [1, 99, 'orphan', 0, 60],
        [2, 3, 'circle', 5, 40],
        [3, 2, 'circle', 6, 30],
        [4, 4, 'own parent', 7, 0],
        [5, 1, 'サービス-привет-🚀', 8, -20, 'שגיאה '.repeat(300)],
      ]),
    ],
    [
      skewedTrace,
      spans(start, [
        [1, 0, 'frontend', 0, 100],
        [2, 1, 'backend', -500, 40],
      ]),
    ],
  ] as const;
  for (const [traceId, trace] of sent) {
    const answer = await fetch(`${process.env.CLEW_PAGES_OTLP ?? ''}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(traceRequest(traceId, trace.start, trace.spans)),
    });
    expect(answer.ok).toBe(true);
  }
});

for (const path of [
  `/traces/${traceIdOf(5)}?view=flame`,
  `/traces/${traceIdOf(5)}?view=list&sort=-duration&span=0000000000000004`,
  `/traces/${traceIdOf(5)}?view=statistics&by=peer`,
  `/traces/${traceIdOf(5)}?view=graph`,
  `/traces/${traceIdOf(5)}?gaps=1&span=0000000000000003`,
  `/traces/${oddTrace}`,
  `/traces/compare?a=${traceIdOf(4)}&b=${traceIdOf(5)}`,
  '/traces/open',
]) {
  test(`${path.replace(/[0-9a-f]{32}/g, '…')} can be read by everybody`, async ({ page }) => {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
  });
}

test('the views of a trace are reached by keys, and restored by their address', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(5)}`));
  await expect(page.getByRole('treegrid')).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.getByRole('tab', { name: 'Flame graph', selected: true })).toBeVisible();
  const flame = page.getByRole('tabpanel', { name: 'Flame graph' });
  await expect(flame).toContainText('the whole trace');
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press('ArrowDown');
  }

  await expect(flame).toContainText('orders: place order');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/view=flame&zoom=0000000000000002/);
  await page.reload();
  await expect(flame).toContainText('orders: place order');
  await page.keyboard.press('0');
  await expect(flame).toContainText('the whole trace');
  await page.keyboard.press('3');
  const list = page.getByRole('tabpanel', { name: 'Spans' });
  await expect(list.getByRole('row')).toHaveCount(6);
  await page.keyboard.press('j');
  await expect(page.getByRole('complementary', { name: 'Span' })).toContainText('gateway: POST /checkout');
  await page.keyboard.press('Escape');
  await list.getByRole('button', { name: 'Duration' }).click();
  await list.getByRole('button', { name: 'Duration' }).click();
  await expect(list.getByRole('row').nth(1)).toContainText('reserve');
  await expect(page).toHaveURL(/sort=duration/);
  await list.getByLabel('Show').selectOption('where an error starts');
  await expect(list.getByRole('row')).toHaveCount(2);
  await expect(list.getByRole('row').nth(1)).toContainText('charge');
  await page.reload();
  await expect(list.getByRole('row')).toHaveCount(2);
  await page.keyboard.press('5');
  await expect(page.getByRole('tabpanel', { name: 'Services' }).getByRole('button', { name: /orders-db/ })).toContainText('inferred', {
    timeout: 20_000, // The layout engine is fetched first.
  });
});

test('gaps are shown where no span explains the time', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(5)}`));
  await expect(page.getByRole('button', { name: /^Gaps \(\d+\)/ })).toBeVisible();
  await page.keyboard.press('u');
  await expect(page.getByTitle(/Nothing that was called ran for/).first()).toBeVisible();
  await expect(page).toHaveURL(/gaps=1/);
  await page.keyboard.press('4');
  await page.getByRole('region', { name: 'Statistics' }).getByRole('button', { name: 'orders: place order' }).first().click();
  await expect(page.getByRole('row', { selected: true })).toContainText('place order');
});

test('what is wrong with a trace is said, and nothing of it is lost', async ({ page }) => {
  await page.goto(at(`/traces/${oddTrace}`));
  await expect(page.getByRole('treegrid').getByRole('row')).toHaveCount(5);
  await expect(page.getByText('partial', { exact: true })).toBeVisible();
  await page.getByText('4 warnings').click();
  await expect(page.getByText('1 span names a parent that has not arrived.')).toBeVisible();
  await expect(page.getByText('1 span ends before it starts.')).toBeVisible();
  for (const view of ['flame', 'list', 'statistics', 'graph']) {
    await page.goto(at(`/traces/${oddTrace}?view=${view}`));
    await expect(page.getByRole('tabpanel')).toBeVisible();
  }
});

test('clocks that disagree are adjusted when asked', async ({ page }) => {
  await page.goto(at(`/traces/${skewedTrace}`));
  await expect(page.getByTitle(/clocks of 1 span/)).toHaveText('clock skew');
  await expect(page.getByText('600 ms', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Adjust clocks' }).click();
  await expect(page.getByText('times adjusted')).toBeVisible();
  await expect(page.getByText('100 ms', { exact: true }).first()).toBeVisible();
});

test('a trace is downloaded, and opened from the file without the server', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(10)}`));
  const files: string[] = [];
  for (const name of ['Download JSON', 'OTLP']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    files.push(await download.path());
  }

  await page.goto(at('/traces/open'));
  await page.waitForLoadState('networkidle');
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
  for (const file of files) {
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByText('not from the server')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('gateway: POST /checkout');
    await expect(page.getByRole('treegrid').getByRole('row')).toHaveCount(5);
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    const panel = page.getByRole('complementary', { name: 'Span' });
    await expect(panel).toContainText('card network timed out');
    await expect(panel).toContainText('an error starts here');
    await page.keyboard.press('Escape');
  }

  expect(asked).toEqual([]);
  await expectAccessible(page);
  await page.keyboard.press('2');
  await page.reload();
  await expect(page.getByText('Files stay in the browser that opened them.')).toBeVisible();
});

test('a file that is no trace is refused with a reason', async ({ page }) => {
  await page.goto(at('/traces/open'));
  await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') });
  await expect(page.getByRole('alert')).toContainText('an object with a');
});

test('two traces are laid side by side', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(4)}`));
  await page.getByRole('link', { name: 'Compare …' }).click();
  await page.getByLabel('Trace B, the one to explain').fill(traceIdOf(5));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'What differs most' })).toContainText('payments');
  const calls = page.getByRole('region', { name: 'Call by call' });
  await expect(calls.getByRole('row', { name: /payments charge/ })).toContainText('failed');
  await expect(calls.getByRole('row', { name: /inventory reserve/ })).toHaveCount(0);
  await calls.getByRole('button', { name: /what is the same/ }).click();
  await expect(calls.getByRole('row', { name: /inventory reserve/ })).toHaveCount(1);
  await page.getByRole('button', { name: 'Swap' }).click();
  await expect(page).toHaveURL(new RegExp(`a=${traceIdOf(5)}&b=${traceIdOf(4)}`));
});

test('a value of a span is taken into the search', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(10)}?span=0000000000000001`));
  await page.getByRole('link', { name: 'Traces with user.id="user-10"' }).click();
  await expect(page.getByRole('row', { name: /gateway POST \/checkout/ })).toHaveCount(1);
});

test('a trace that is not stored says where else to look', async ({ page }) => {
  await page.goto(at(`/traces/${'e'.repeat(32)}`));
  await expect(page.getByRole('alert')).toContainText('No span of trace');
  await expect(page.getByRole('link', { name: 'lines of this trace' })).toBeVisible();
  await expectAccessible(page);
});
