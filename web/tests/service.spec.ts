import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';

const views = ['', 'instances', 'resources', 'databases', 'errors', 'logs', 'changes', 'kubernetes'];

test('every part of a service can be read by everybody', async ({ page }) => {
  for (const view of views) {
    await page.goto(at(`/services/payments?view=${view}`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('payments');
    await expectAccessible(page);
  }
});

test('a service leads to its versions, statements, errors, lines and changes', async ({ page }) => {
  await page.goto(at('/services/orders'));
  await expect(page.getByRole('row', { name: /place order server/ })).toBeVisible();
  const parts = page.getByRole('navigation', { name: 'About orders' });
  await parts.getByRole('button', { name: 'Instances and versions' }).click();
  await expect(page.getByRole('row', { name: /^1\.4\.2 60/ })).toBeVisible();
  await parts.getByRole('button', { name: 'Resources' }).click();
  await expect(page.getByRole('region', { name: 'Queues' }).getByRole('img')).toBeVisible();
  await parts.getByRole('button', { name: 'Changes' }).click();
  await expect(page).toHaveURL(/view=changes/);
  await page.goto(at('/services/gateway?view=changes'));
  await expect(page.getByRole('status').filter({ hasText: 'No change of gateway' })).toBeVisible();
  await page.goto(at('/services/payments?view=changes'));
  await expect(page.getByRole('row', { name: /deploy payments 1\.4\.2/ })).toBeVisible();
  await page.goto(at('/services/payments?view=logs'));
  await page
    .getByRole('row', { name: /card network timed out for user-60/ })
    .getByRole('link', { name: 'Trace' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('gateway: POST /checkout');
  await page.goBack();
  await page.getByRole('link', { name: 'On the map' }).click();
  await expect(page.getByRole('complementary', { name: 'Chosen on the map' })).toContainText('payments', { timeout: 30_000 });
});
