import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './e2e/system-programs.ts'

const executablePath = findChromium()

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: '.test/results',
  globalSetup: './e2e/global-setup.ts',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'journeys', testIgnore: 'every-action.spec.ts' },
    // Asks what all the others have put on record.
    { name: 'afterwards', testMatch: 'every-action.spec.ts', dependencies: ['journeys'] },
  ],
  reporter: [['list'], ['json']],
  use: {
    ...devices['Desktop Chrome'],
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === null ? {} : { executablePath }),
      args: [
        '--disable-background-networking',
        '--autoplay-policy=no-user-gesture-required',
        // Chromium refuses its sandbox to root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
})
