import { defineConfig } from '@playwright/test'
import { browserFlags, findBrowser } from './tests/browser/support/find-browser.mjs'

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  outputDir: '.cache/browser-results',
  globalSetup: './tests/support/build.mjs',
  fullyParallel: true,
  workers: 2,
  // A flaky test is a bug of that day: no second try hides it.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ...(process.env.HEDDLE_REPORT ? [['json', { outputFile: process.env.HEDDLE_REPORT }] as const] : []),
  ],
  use: {
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: await findBrowser(), args: browserFlags },
  },
})
