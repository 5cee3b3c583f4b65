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
      // After all others and one file at a time: two browsers, a server and a test already share the cores, and what a
      // person would wait for on a page comes too late between two such files.
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/client/web/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'all else', include: ['test/**/*.test.ts'], exclude: ['test/client/**'] } },
    ],
    // Real processes, sockets and disks: generous, since a limit only ends a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
