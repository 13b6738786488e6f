import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { sendLog, traceIdOf } from './world';

const pages = [
  ['now', '/', 'Now'],
  ['traces', '/traces', 'Traces'],
  ['trace', `/traces/${traceIdOf(5)}`, 'gateway: POST /checkout'],
  ['trace with a span', `/traces/${traceIdOf(5)}?span=0000000000000004&critical=1`, 'gateway: POST /checkout'],
  ['trace statistics', `/traces/${traceIdOf(5)}?view=statistics`, 'gateway: POST /checkout'],
  ['logs', '/logs', 'Logs'],
  ['log patterns', '/logs?view=patterns', 'Logs'],
  ['metrics', '/graph', 'Metrics'],
  ['services', '/services', 'Services'],
  ['service', '/services/orders', 'orders'],
  ['no such page', '/nothing/here', 'There is no such page.'],
] as const;

for (const [name, path, heading] of pages) {
  test(`${name} can be read by everybody`, async ({ page }) => {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expectAccessible(page);
  });
}

test('from a search to the span that failed', async ({ page }) => {
  await page.goto(at('/traces'));
  await page.getByLabel('Status').selectOption('failed');
  await page.getByLabel('Attributes').fill('user.id=user-10');
  await page.getByRole('button', { name: 'Find traces' }).click();
  await expect(page).toHaveURL(/attr=user\.id=user-10/);
  const row = page.getByRole('row', { name: /gateway POST \/checkout/ });
  await expect(row).toHaveCount(1);
  await row.getByRole('link').click();
  await expect(page.getByRole('treegrid').getByRole('row')).toHaveCount(5);
  const panel = page.getByRole('complementary', { name: 'Span' });
  for (let failure = 0; failure < 3; failure++) {
    await page.keyboard.press(']'); // so fast that the questions for the first two are given up
  }

  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('payments: charge');
  await expect(panel).toContainText('an error starts here');
  await expect(panel).toContainText('card network timed out');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('from a word in the logs to the trace that wrote it', async ({ page }) => {
  await page.goto(at('/logs'));
  const editor = page.getByRole('textbox', { name: 'LogQL query' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{service_name="payments"} |= "timed out"');
  await page.keyboard.press('Enter');
  await expect(page.getByText('12 lines', { exact: true })).toBeVisible();
  const log = page.getByRole('log');
  await log.getByRole('button', { name: /card network timed out for user-60/ }).click();
  await log.getByRole('link', { name: 'Open its trace' }).click();
  await expect(page.getByRole('row', { selected: true })).toContainText('charge');
  await page.goBack();
  await expect(editor).toHaveText('{service_name="payments"} |= "timed out"');
});

test('log lines arrive while one looks, and wait while paused', async ({ page }) => {
  await page.goto(at('/logs?view=live&query={service_name="live"}'));
  await expect(page.getByRole('status')).toContainText('Live');
  const log = page.getByRole('log');
  await sendLog('live', 'the first line');
  await expect(log.getByRole('button', { name: /the first line/ })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await sendLog('live', 'the second line');
  const goOn = page.getByRole('button', { name: 'Go on (1 waiting)' });
  await expect(goOn).toBeVisible();
  await expect(log.getByRole('button', { name: /the second line/ })).toHaveCount(0);
  await goOn.click();
  await expect(log.getByRole('button', { name: /the second line/ })).toBeVisible();
});

test('an address restores what was seen', async ({ page }) => {
  const address = at(`/traces/${traceIdOf(7)}?span=0000000000000003&q=insert&critical=1`);
  await page.goto(address);
  await expect(page.getByRole('complementary', { name: 'Span' })).toContainText('INSERT INTO orders VALUES ($1)');
  await expect(page.getByRole('searchbox', { name: /Find spans/ })).toHaveValue('insert');
  await expect(page.getByRole('button', { name: 'Critical path' })).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(page).toHaveURL(address);
  await expect(page.getByRole('row', { selected: true })).toContainText('INSERT orders');
});

test('keys alone lead everywhere', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Now');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Go to Traces');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Services');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('payments');
  await expect(page.getByRole('option', { name: 'payments', exact: true })).toBeVisible(); // Services are asked for when the palette opens.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/services\/payments/);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Services');
  await page.keyboard.press('/');
  await page.keyboard.type(`00-${traceIdOf(9)}-0000000000000002-01`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { selected: true })).toContainText('place order');
});

test('a problem says what is wrong and what to do', async ({ page }) => {
  await page.goto(at('/traces?minDuration=fast'));
  await expect(page.getByRole('alert').filter({ hasText: 'minDuration' })).toContainText('such as 250ms');
  await expect(page.getByRole('alert').filter({ hasText: 'in place of' })).toBeVisible();
});
