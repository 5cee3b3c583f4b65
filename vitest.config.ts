import { defineConfig } from 'vitest/config';

/** As Node resolves packages: with Vite's own choice a test would load a second copy of graphql. */
const conditions = ['node', 'module-sync', 'import', 'default'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // The servers of the tests serve the page as it was built.
    globalSetup: 'client/web/build.ts',
    projects: [
      // These keep nothing between files, and without a fresh start for each they take half of the time.
      {
        extends: true,
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          exclude: ['test/client/web/**'],
          isolate: false,
        },
      },
      // A browser for each file, and as many at a time as there are cores. Three browsers on a machine that is busy
      // otherwise have been seen to miss the one wait of a test; a second try is told in the report.
      { extends: true, test: { name: 'web', include: ['test/client/web/*.test.ts'], retry: 1 } },
      { extends: true, test: { name: 'all else', include: ['test/**/*.test.ts'], exclude: ['test/client/**'] } },
    ],
    // Real processes, sockets and disks: generous, since a limit only ends a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
