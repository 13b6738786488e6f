import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';

const views = ['storage', 'sampling', 'redaction', 'limits', 'sources', 'all'];

test('settings can be read by everybody', async ({ page }) => {
  for (const view of views) {
    await page.goto(at(`/settings?view=${view}`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
    await expect(page.getByText(/^Clew .*, serving since/)).toBeVisible();
    await expectAccessible(page);
  }
});

test('by keys alone to what is stored, and how to change a setting', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Now');
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await expect(page.getByRole('row', { name: /^spans / })).toBeVisible();
  await expect(page.getByText('Nothing is deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'retention.max_age' }).press('Enter');
  await expect(page.getByText('clew serve --set retention.max_age=none')).toBeVisible();
  await page.getByRole('link', { name: 'Sources' }).press('Enter');
  await expect(page).toHaveURL(/view=sources/);
  await expect(page.getByRole('row', { name: /^traces otlp_http_json/ })).toBeVisible();
});

test('policies are simulated before anything is deleted', async ({ page }) => {
  await page.goto(at('/settings?view=sampling&since=1h'));
  await page.getByRole('button', { name: 'Simulate' }).click();
  await expect(page.getByRole('row', { name: /^Traces with an error 1\d 1\d 100 %/ })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('textbox', { name: 'Policies' }).fill('policies:\n  - name: wrong\n    type: no_such_type\n');
  await page.getByRole('button', { name: 'Simulate' }).click();
  await expect(page.getByRole('alert')).toContainText('no_such_type');
});

test('redaction shows what would be stored', async ({ page }) => {
  await page.goto(at('/settings?view=redaction'));
  await page.getByLabel('Before').fill('pass' + 'word=hunter2\nall is well');
  const after = page.getByRole('region', { name: 'After redaction' });
  await expect(after).toContainText('REDACTED');
  await expect(after).not.toContainText('hunter2');
  await expect(page.getByText('After: 1 of 2 lines changed')).toBeVisible();
});

test('Now tells what is open, who is ill, what changed, and whether to trust it', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { name: /incident/ }).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /failing payments|failing gateway|failing orders/ }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'payments 1.4.2' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Telemetry health' })).toBeVisible();
  await expectAccessible(page);
});
