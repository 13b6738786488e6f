import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';

test('the map can be read by everybody', async ({ page }) => {
  await page.goto(at('/services?node=service+orders'));
  await expect(page.getByRole('button', { name: /^orders, service/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('complementary', { name: 'Chosen on the map' })).toContainText('orders');
  await expectAccessible(page);
  await page.goto(at('/services?view=connections'));
  await expect(page.getByRole('row', { name: /gateway orders service/ })).toBeVisible();
  await expectAccessible(page);
});

test('keys alone lead from a name to a service and its neighbours', async ({ page }) => {
  await page.goto(at('/services'));
  await expect(page.getByRole('button', { name: /^payments, service/ })).toBeVisible({ timeout: 30_000 });
  const search = page.getByRole('searchbox', { name: 'Find on the map' });
  await search.focus();
  await page.keyboard.type('payments');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Chosen on the map' });
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('payments');
  await expect(panel).toContainText('failing');
  await page.getByRole('button', { name: /^payments, service/ }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(panel.getByRole('heading', { level: 2 })).not.toHaveText('payments');
  await panel.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('a focus shows what is near, and its address restores it', async ({ page }) => {
  await page.goto(at('/services?focus=payments'));
  await expect(page.getByRole('button', { name: /^orders, service/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: /^gateway, service/ })).toHaveCount(0);
  await page.getByLabel('Calls away').selectOption('2');
  await expect(page).toHaveURL(/hops=2/);
  await expect(page.getByRole('button', { name: /^gateway, service/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: /^gateway, service/ })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Leave payments' }).click();
  await expect(page.getByRole('button', { name: /^service-7, service/ })).toBeVisible({ timeout: 30_000 });
});

test('groups are closed until they are opened', async ({ page }) => {
  await page.goto(at('/services?group=prefix'));
  const group = page.getByRole('button', { name: /^service, group of 23/ });
  await expect(group).toBeVisible({ timeout: 30_000 });
  await group.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Open the group' }).click();
  await expect(page.getByRole('button', { name: /^service-7, service/ })).toBeVisible({ timeout: 30_000 });
  await page.goBack();
  await expect(group).toBeVisible({ timeout: 30_000 });
});

test('a connection tells how it fares and leads to its traces', async ({ page }) => {
  await page.goto(at('/services?view=connections&since=1h'));
  await page
    .getByRole('row', { name: /gateway orders service/ })
    .getByRole('button', { name: 'orders' })
    .click();
  const panel = page.getByRole('complementary', { name: 'Chosen on the map' });
  await panel.getByRole('link', { name: 'Failed traces' }).click();
  await expect(page).toHaveURL(/\/traces\?.*service=orders.*status=error|status=error.*service=orders/);
});
