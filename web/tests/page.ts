import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

/** An address of the server that the tests ask. */
export const at = (path: string) => `${process.env.CLEW_PAGES ?? ''}${path}`;

/** A page on which nothing may be complained about in the console, or asked of another host. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, run) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A refused question is told to the reader, and by the browser; a failing server is not refused but broken.
      const isRefusal = /^Failed to load resource: .* status of 4\d\d/.test(message.text());
      if ((message.type() === 'error' && !isRefusal) || message.type() === 'warning') {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(at('/')) && !request.url().startsWith('blob:')) {
        complaints.push(`asked ${request.url()}`);
      }
    });
    await run(page);
    expect(complaints).toEqual([]);
  },
});

/** Rules whose outcome is of the theme; all others look at what the page says and how it is built, which both themes share. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

/** Waits for the transitions that a change of theme or state began: halfway between two colours nothing has its contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished),
    ),
  );
}

/** Everybody can use what the page shows, light and dark: nothing that axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 30_000 }); // Some pages ask many questions.
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator(':root')).toHaveAttribute('data-theme', theme);
    await settled(page);
    const axe = new AxeBuilder({ page });
    const found = await (theme === 'light' ? axe : axe.withRules(rulesOfColour)).analyze();
    expect(
      found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
      theme,
    ).toEqual([]);
  }
}
