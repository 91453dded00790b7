import { defineConfig } from 'vitest/config'

// Three projects, so that each test gets just what it needs: `plain` (Node), `dom` (happy-dom, only for what draws), and
// `process` (the built server as a real process: scenarios, real agents, the short chaos form), which builds first.
// tests/browser belongs to Playwright; the long chaos and bench runs are asked for by HEDDLE_RUN (tests/run.mjs).

const domTests = ['tests/web/{dom,views,markdown}/**/*.test.ts']
const processTests = ['tests/{scenarios,agents}/**/*.test.ts', 'tests/chaos/*.short.test.ts']
const byHand = {
  chaos: { include: ['tests/chaos/**/*.test.ts'], exclude: ['**/*.short.test.ts'] },
  bench: { include: ['tests/bench/**/*.test.ts'] },
}[process.env.HEDDLE_RUN ?? '']

export default defineConfig({
  define: {
    __HEDDLE_VERSION__: JSON.stringify('0.0.0+test'),
    __LIVE_WORKER_URL__: JSON.stringify('/assets/live-worker-test.js'),
  },
  test: {
    // Two cores are what a small machine and CI have; more workers only make timings lie.
    maxWorkers: 2,
    // A test that waits in vain says so; one that only works hard must pass on a busy machine as well.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: [...domTests, 'tests/{agents,bench,browser,chaos,scenarios}/**'],
        },
      },
      { extends: true, test: { name: 'dom', environment: 'happy-dom', include: domTests } },
      {
        extends: true,
        test: {
          name: 'process',
          environment: 'node',
          ...(byHand ?? { include: processTests }),
          globalSetup: ['tests/support/build.mjs'],
          // Each of these starts servers and agents: one file at a time, with time for a cold start.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
