import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceRequest } from './telemetry';

/** A service that nobody gave a name: something for the doctor to find. */
test.beforeAll(async () => {
  for (let number = 0; number < 30; number++) {
    const span = { service: 'unknown_service', name: 'work', kind: 2, id: 1, parent: 0, start: 0, length: 10 };
    const answer = await fetch(`${process.env.CLEW_PAGES_OTLP ?? ''}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(traceRequest(number.toString(16).padStart(32, 'd'), Date.now() - 60_000, [span])),
    });
    expect(answer.status).toBe(200);
  }
});

for (const view of ['', '?view=checks', '?view=measures']) {
  test(`telemetry quality can be read by everybody, ${view || 'findings'}`, async ({ page }) => {
    await page.goto(at(`/quality${view}`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Telemetry quality');
    await expect(page.getByRole('button', { name: /^All \d+ checks$/ })).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
  });
}

test('changes can be read by everybody', async ({ page }) => {
  await page.goto(at('/changes?view=record'));
  await page.getByRole('button', { name: 'payments 1.4.2', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'payments, ten minutes before and after' })).toBeVisible();
  await expectAccessible(page);
});

test('what the doctor found leads to what to do, and the address restores the choice', async ({ page }) => {
  await page.goto(at('/quality'));
  await expect(page.getByRole('article').first()).toContainText('What to do', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Findings' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/view=checks/);
  await page
    .getByRole('row', { name: /^✗ found/ })
    .first()
    .getByRole('link')
    .click();
  await expect(page).toHaveURL(/check=[a-z-]+/);
  const shown = await page.getByRole('article').count();
  expect(shown).toBeGreaterThan(0);
  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(shown, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page).not.toHaveURL(/check=/);
});

test('a change is recorded by keys alone, found again and looked at', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Now');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Record a change' }).press('Enter');
  await page.getByLabel('Kind').first().fill('flag');
  await page.keyboard.press('Tab');
  await page.keyboard.type('orders');
  await page.keyboard.press('Tab');
  await page.keyboard.type("the flag 'fast-lane' is on");
  await page.getByLabel('Diff (optional)').fill('- fast-lane: off\n+ fast-lane: on');
  await expect(page.getByRole('region', { name: 'The line for a pipeline' })).toContainText('"kind":"flag","service":"orders"');
  await page.getByRole('button', { name: 'Record it' }).press('Enter');
  await page.getByRole('button', { name: "the flag 'fast-lane' is on", exact: true }).press('Enter');
  const detail = page.getByRole('region', { name: 'The change' });
  await expect(detail.getByRole('region', { name: 'The diff' })).toContainText('+ fast-lane: on');
  const address = page.url();
  await page.reload();
  await expect(detail).toContainText("the flag 'fast-lane' is on");
  await page.goto(`${address}&kind=deploy`);
  await expect(page.getByRole('row', { name: /payments 1\.4\.2/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /fast-lane/ })).toHaveCount(0);
  await page.goto(at('/changes?start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00Z'));
  await expect(page.getByText('No change was recorded in this time.')).toBeVisible();
});
