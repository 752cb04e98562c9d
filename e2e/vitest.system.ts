import { defineConfig } from 'vitest/config'

// `npm run test:system`: what needs a large program of the system, which whoever runs it has installed.
export default defineConfig({
  test: {
    globalSetup: ['e2e/stack/test-databases.ts'],
    include: ['lib/**/*.system.ts'],
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
