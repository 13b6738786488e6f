import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceIdOf } from './world';

for (const path of [
  '/traces?view=errors',
  '/traces?limit=1500&service=gateway&view=compare',
  '/traces?chart=heat',
  `/traces?query=${encodeURIComponent('{ resource.service.name = "gateway" } >> { status = error }')}`,
  `/traces?picked=${traceIdOf(4)},${traceIdOf(5)}&columns=duration,id`,
]) {
  test(`${path.slice(0, 40)} can be read by everybody`, async ({ page }) => {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Traces');
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
  });
}

test('the form and TraceQL follow each other', async ({ page }) => {
  await page.goto(at('/traces'));
  const editor = page.getByRole('textbox', { name: 'TraceQL query' });
  await page.getByLabel('Status').selectOption('failed');
  await page.getByLabel('Operation').fill('charge');
  await expect(editor).toHaveText('{ name = "charge" && status = error }');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{ resource.service.name = "payments" && duration >= 10ms && .user.id != nil }');
  await expect(page.getByLabel('Longer than')).toHaveValue('10ms');
  await expect(page.getByLabel('Status')).toHaveValue('');
  await expect(page.getByLabel('Attributes')).toHaveValue('user.id');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{ name = "POST /checkout" } >> { status = error && name = "charge" }');
  await expect(page.getByText('The query is asked as it stands.')).toBeVisible();
  await expect(page.getByLabel('Status')).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/query=/);
  await expect(page.getByText('12 traces', { exact: true })).toBeVisible();
  await page.reload();
  await expect(editor).toHaveText('{ name = "POST /checkout" } >> { status = error && name = "charge" }');
  await expect(page.getByText('12 traces', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Back to the form' }).click();
  await expect(page.getByLabel('Status')).toBeEnabled();
  await page.goBack();
  await expect(page).not.toHaveURL(/query=/);
});

test('a query that is none is refused with its place', async ({ page }) => {
  await page.goto(at(`/traces?query=${encodeURIComponent('{ status = }')}`));
  await expect(page.getByRole('alert')).toContainText(/column/);
});

test('picked traces are compared with the rest', async ({ page }) => {
  await page.goto(at('/traces?limit=1500&service=gateway'));
  await expect(page.getByText('60 traces')).toBeVisible();
  for (const number of [5, 10, 15, 20, 25, 30]) {
    await page.getByRole('checkbox', { name: traceIdOf(number) }).check();
  }

  await expect(page.getByText('6 picked')).toBeVisible();
  await page.getByRole('button', { name: 'What sets them apart' }).last().click();
  await expect(page).toHaveURL(/view=compare/);
  await expect(page.getByRole('row', { name: /payments 'charge' = fails/ })).toContainText('6 of 6');
  await page.reload();
  await expect(page.getByRole('row', { name: /payments 'charge' = fails/ })).toContainText('very high');
});

test('two picked traces are laid side by side', async ({ page }) => {
  await page.goto(at(`/traces?picked=${traceIdOf(4)},${traceIdOf(5)}`));
  await page.getByRole('link', { name: 'Side by side' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare two traces');
});

test('a box on the dots picks what lies in it, on the heat map it looks closer', async ({ page }) => {
  await page.goto(at('/traces?chart=dots&limit=1500&service=gateway'));
  const drag = async () => {
    const box = await page.locator('canvas').boundingBox();
    if (box) {
      await page.mouse.move(box.x + 2, box.y + 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 3, box.y + box.height - 3, { steps: 3 });
      await page.mouse.up();
    }
  };
  await expect(page.getByText('60 traces')).toBeVisible();
  await drag();
  await expect(page.getByText('50 picked (the most)')).toBeVisible();
  await page.getByRole('button', { name: 'Heat map' }).click();
  await expect(page.getByRole('img', { name: /60 spans by time|spans by time and duration/ })).toBeVisible();
  await expect(page.getByText('Counting …')).toHaveCount(0);
  await drag();
  await expect(page).toHaveURL(/minDuration=.*maxDuration=|maxDuration=.*minDuration=/);
});

test('columns and order are in the address', async ({ page }) => {
  await page.goto(at('/traces?limit=1500&service=gateway'));
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Trace id' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click();
  await expect(page).toHaveURL(/columns=.*id/);
  await expect(page).toHaveURL(/sort=duration/);
  await page.reload();
  await expect(page.getByRole('row').nth(1)).toContainText(traceIdOf(60));
});

test('what a failed trace is compared with is one click away', async ({ page }) => {
  await page.goto(at(`/traces/${traceIdOf(5)}`));
  await page.getByRole('link', { name: 'Compare …' }).click();
  const others = page.getByRole('region', { name: 'Traces to compare with' });
  await expect(others.getByRole('heading')).toHaveText('Went well through gateway POST /checkout');
  await others.getByRole('button', { name: 'Compare' }).first().click();
  await expect(page.getByRole('region', { name: 'What differs most' })).toContainText("payments 'charge' fails only in the second.");
});

test('downloaded traces are compared with each other and with stored ones', async ({ page }) => {
  const download = async (id: string) => ({
    name: `${id.slice(-4)}.json`,
    mimeType: 'application/json',
    buffer: Buffer.from(await (await fetch(at(`/api/traces/${id}`))).arrayBuffer()),
  });
  await page.goto(at(`/traces/compare?b=${traceIdOf(5)}`));
  await page.getByLabel('Open a file for trace A').setInputFiles(await download(traceIdOf(4)));
  const told = page.getByRole('region', { name: 'What differs most' });
  await expect(told).toContainText("payments 'charge' fails only in the second.");
  await expect(page.getByRole('region', { name: 'Trace A' })).toContainText(`${traceIdOf(4)} of the file`);
  await expect(page.getByRole('region', { name: 'Trace B' })).not.toContainText('of the file');
  await page.getByLabel('Open a file for trace B').setInputFiles(await download(traceIdOf(5)));
  await expect(page.getByRole('region', { name: 'Trace B' })).toContainText('of the file');
  await expect(told).toContainText("payments 'charge' fails only in the second.");
  await expectAccessible(page);
  await page.getByRole('region', { name: 'Trace A' }).getByRole('link').click();
  await expect(page.getByRole('main')).toContainText('not from the server');
  await page.goBack();
  await expect(told).toBeVisible();
  await page.reload();
  await expect(page.getByText('Trace A and trace B are of files that are not open.')).toBeVisible();
});
