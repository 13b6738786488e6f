import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceIdOf } from './world';

const header = `00-${traceIdOf(5)}-0000000000000004-01`;

for (const [name, path, done] of [
  ['time', '/tools/time?value=1787306400123&other=2026-08-21T10:00:00Z', '2026-08-21T10:00:00.123Z'],
  ['JSON', '/tools/json', 'JSON'],
  ['compare', '/tools/compare', 'Swap'],
  ['trace context', '/tools/context', 'W3C traceparent'],
] as const) {
  test(`the tool ${name} can be read by everybody`, async ({ page }) => {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tools');
    if (name === 'JSON') {
      await page.getByRole('textbox', { name: 'JSON' }).fill('{"spans": [{"id": 1787306400123456789, "name": "charge"}], "ok": true}');
      await expect(page.getByRole('treeitem')).toHaveCount(6);
    } else if (name === 'compare' || name === 'trace context') {
      await page.getByRole('button', { name: 'Show an example' }).click();
    }

    await expect(page.getByText(done, { exact: true }).first()).toBeVisible();
    await expectAccessible(page);
  });
}

test('a time is converted, and its address restores it', async ({ page }) => {
  await page.goto(at('/tools'));
  await page.getByLabel(/^A time/).fill('1787306400');
  await page.getByLabel(/^Another one/).fill('2026-08-21T12:00:01+02:00');
  await expect(page.getByText('seconds since 1970 (10 digits)')).toBeVisible();
  await expect(page.getByText('PT1S', { exact: true })).toBeVisible();
  await page.getByLabel(/^Zone/).fill('Asia/Kathmandu');
  await expect(page.getByText('2026-08-21T15:45:00.000+05:45', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText('2026-08-21T15:45:00.000+05:45', { exact: true })).toBeVisible();
  await page.getByLabel(/^A time/).fill('tomorrow, perhaps');
  await expect(page.getByText('The time cannot be read.')).toBeVisible();
  await page.getByRole('link', { name: 'Logs around it' }).click();
  await expect(page).toHaveURL(/\/logs\?start=2026-08-21T09:55:01Z&end=2026-08-21T10:05:01Z/);
});

test('a document is searched by keys alone, and its address restores it', async ({ page }) => {
  await page.goto(at('/tools/json'));
  await page.getByRole('textbox', { name: 'JSON' }).fill('{"a": {"b": [10, {"needle": 7}]}, "c": "needle"}');
  const tree = page.getByRole('tree', { name: 'The document' });
  await tree.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft'); // Closes a.
  await expect(page.getByRole('treeitem')).toHaveCount(3);
  await page.getByLabel('Find in names and values').fill('needle');
  await expect(page.getByText('2 found')).toBeVisible();
  await tree.focus();
  await page.keyboard.press(']');
  await expect(page.getByRole('treeitem', { selected: true })).toHaveText('needle:7');
  await expect(page.getByText('$.a.b[1].needle', { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/q=needle#[\w-]+$/);
  await page.reload();
  await expect(page.getByText('2 found')).toBeVisible();
  await page.getByRole('textbox', { name: 'JSON' }).fill('{"a": 1,}');
  await expect(page.getByText('Line 1, column 9: A comma before "}" is not allowed.')).toBeVisible();
});

test('a document of a hundred thousand values is shown at once', async ({ page }) => {
  await page.goto(at('/tools/json'));
  const content = JSON.stringify(Array.from({ length: 25_000 }, (_, i) => ({ id: i, name: `span ${i}`, ok: true })));
  await page.getByLabel('Open a file').setInputFiles({ name: 'spans.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  await expect(page.getByText('100,001 values')).toBeVisible();
  await expect(page.getByText('too long for the address')).toBeVisible();
  await page.getByRole('tree').focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('treeitem', { selected: true })).toContainText('24999');
  expect(await page.getByRole('treeitem').count()).toBeLessThan(200); // Only what is in sight is in the page.
});

test('two requests are compared by structure, and the address restores them', async ({ page }) => {
  await page.goto(at('/tools/compare'));
  await page.getByLabel(/^One/).fill('GET /a?x=1 HTTP/1.1\nHost: shop\nDate: yesterday\n\n');
  await page.getByLabel(/^The other/).fill('GET /a?x=2 HTTP/1.1\nhost: shop\ndate: today\n\n');
  await expect(page.getByRole('heading', { name: '2 differences' })).toBeVisible();
  await page.getByLabel(/^Leave out paths/).fill('headers.date');
  await expect(page.getByRole('heading', { name: '1 difference' })).toBeVisible();
  await expect(page.getByRole('row', { name: /changed query\.x 1 2/ })).toBeVisible();
  await expect(page).toHaveURL(/ignore=headers\.date#[\w-]+$/);
  await page.reload();
  await expect(page.getByRole('row', { name: /changed query\.x 1 2/ })).toBeVisible();
});

test('from a pasted header to its trace', async ({ page }) => {
  await page.goto(at('/tools/context'));
  await page.getByRole('textbox', { name: /^Headers/ }).fill(`traceparent: ${header}\ntraceparent: ${header}`);
  await expect(page.getByText('The header stands more than once').first()).toBeVisible();
  await page.getByRole('textbox', { name: /^Headers/ }).fill(`Traceparent: ${header}`);
  await expect(page.getByText("The caller's span, which is the parent of the callee's.")).toBeVisible();
  await expect(page).toHaveURL(/#[\w-]+$/);
  await page.getByRole('link', { name: 'Open the trace' }).click();
  await expect(page.getByRole('row', { selected: true })).toContainText('charge');
  await page.goBack();
  await expect(page.getByRole('textbox', { name: /^Headers/ })).toHaveValue(`Traceparent: ${header}`);
});
