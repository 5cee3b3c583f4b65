import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes, sockets and disks: generous, since a limit only ends a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
