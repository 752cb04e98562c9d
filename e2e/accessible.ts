// What axe says of a page, and whether it fits.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const WIDE = { width: 1280, height: 860 }
const NARROW = { width: 375, height: 740 }
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Looks at the page as it stands, wide and narrow; in the dark at its colours alone, the rest being the same. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
      const { violations } = await (colorScheme === 'light'
        ? axe.withTags(TAGS)
        : axe.withRules(['color-contrast'])
      ).analyze()
      const said = violations.map(({ id, help, nodes: [first, ...more] }) =>
        [id, help, first?.target.join(' '), first?.failureSummary, `and ${more.length} more`].join(': '),
      )
      expect(said, `${what}, ${colorScheme}, ${viewport.width} px`).toEqual([])
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${what} at ${viewport.width} px scrolls sideways`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize(WIDE)
}
