import { defineConfig } from 'vitest/config'

function built(file: string): string {
  return new URL(`../client-js/dist/${file}`, import.meta.url).pathname
}

export default defineConfig({
  // The client as it is built; no need to publish it first.
  resolve: { alias: { 'hawser/presence': built('presence.js'), hawser: built('index.js') } },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // A machine under load is slow, not wrong; every wait inside the tests has a bound of its own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    allowOnly: false,
    reporters: ['default', ['junit', { outputFile: 'target/junit/interop.xml' }]],
  },
})
