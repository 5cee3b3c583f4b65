import { defineConfig } from 'vitest/config';

/** As Node resolves packages: with Vite's own choice a test would load a second copy of graphql. */
const conditions = ['node', 'module-sync', 'import', 'default'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    // The servers of the tests serve the page as it was built.
    globalSetup: 'client/web/build.ts',
    // Real processes, sockets and disks: generous, since a limit only ends a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
