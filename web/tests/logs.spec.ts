import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { sendLog } from './world';

for (const path of [
  '/logs?fields=1',
  '/logs?view=patterns&baseline=before&query={service_name="payments"}',
  '/logs?query={service_name="payments"} | json',
]) {
  test(`${path} can be read by everybody`, async ({ page }) => {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Logs');
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
  });
}

test('the form and LogQL follow each other', async ({ page }) => {
  await page.goto(at('/logs'));
  const editor = page.getByRole('textbox', { name: 'LogQL query' });
  await page.getByLabel('Service', { exact: true }).selectOption('payments');
  await page.getByLabel('Level', { exact: true }).selectOption('error');
  await expect(editor).toHaveText('{service_name="payments"} | detected_level="error"');
  await page.getByLabel('Contains').fill('user-60');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/user-60/);
  await expect(page.getByText('1 line', { exact: true })).toBeVisible();
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{service_name="payments"} |= "charged"');
  await expect(page.getByLabel('Level', { exact: true })).toHaveValue('');
  await expect(page.getByLabel('Contains')).toHaveValue('charged');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{service_name="payments"} | json');
  await expect(page.getByLabel('Contains')).toBeDisabled();
  await expect(page.getByText('The form has no word for this query')).toBeVisible();
});

test('fields have their values, and lead to lines with one', async ({ page }) => {
  await page.goto(at('/logs?query={service_name="payments"}'));
  await page.getByRole('button', { name: 'Fields' }).click();
  await expect(page).toHaveURL(/fields=1/);
  const fields = page.getByRole('complementary', { name: 'Fields' });
  await expect(fields.getByText('service_name')).toBeVisible();
  await page.reload();
  await fields.getByText('service_name').click();
  await fields.getByRole('button', { name: 'Without service_name payments' }).click();
  await expect(page.getByRole('textbox', { name: 'LogQL query' })).toHaveText('{service_name="payments", service_name!="payments"}');
});

test('a line is seen among those around it, and can be investigated', async ({ page }) => {
  await page.goto(at('/logs?query={service_name="payments"} |= "user-30"'));
  const log = page.getByRole('log');
  await log.getByRole('button', { name: /card network timed out for user-30/ }).click();
  await log.getByRole('button', { name: 'Lines around it' }).click();
  const context = log.getByRole('region', { name: 'Lines around it' });
  await expect(context.getByRole('listitem')).toHaveCount(11);
  await expect(context.locator('[aria-current=true]')).toContainText('user-30');
  await expect(context.getByRole('listitem').nth(4)).toContainText('user-29');
  await expect(log.getByRole('link', { name: 'Investigate' })).toHaveAttribute('href', /\/investigate\?.*error=.*service=payments/);
});

test('patterns tell what is new, and what their variable parts were', async ({ page }) => {
  await page.goto(at('/logs?view=patterns&baseline=before&query={service_name="payments"}'));
  const row = page.getByRole('row', { name: /card network timed out for/ }).first();
  await expect(row).toContainText('new');
  await expect(page.getByRole('status').filter({ hasText: 'vanished' })).toContainText('2 new, 0 vanished');
  await row.getByRole('button', { name: /^card network/ }).click();
  await expect(page.getByText('By the newest 12 lines.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Variable part 1' })).toContainText('12 different');
  await page.reload();
  await expect(page.getByLabel('Compare with')).toHaveValue('before');
});

test('lines of a megabyte are shown by their beginning', async ({ page }) => {
  await sendLog('verbose', `begins ${'and goes on '.repeat(20_000)}ends`);
  await page.goto(at('/logs?query={service_name="verbose"}'));
  const line = page.getByRole('log').getByRole('button', { name: /^\S+ .* begins and goes on/ });
  await expect(line).toBeVisible();
  expect((await line.textContent())?.length).toBeLessThan(1_000);
  await line.click();
  await expect(page.getByText('The first 20,000 characters are shown, of 240,011.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all of the line' }).click();
  await expect(line).toContainText('ends');
});

test('a query that finds nothing says what to do', async ({ page }) => {
  await page.goto(at('/logs?query={service_name="nobody"}'));
  await expect(page.getByText('No line fits in this stretch of time.')).toBeVisible();
  await page.getByRole('link', { name: 'the last week' }).click();
  await expect(page).toHaveURL(/since=7d/);
  await expect(page).toHaveURL(/nobody/);
});
