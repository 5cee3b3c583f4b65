import { defineConfig } from 'vitest/config';

/**
 * As Node resolves packages: with Vite's own choice a test would load a second copy of graphql.
 * Without "import", which Node adds where something is imported: said here, it would hold for what
 * is required too.
 */
const conditions = ['node', 'module-sync', 'default'];

/** What is about a SQLite file, or about no store at all. */
const SQLITE_ALONE = [
  'test/server/{backup,config,require-node}.test.ts',
  'test/server/transport/{address,cors,cost,quota,routes,slow-request,token-bucket,web-client}.test.ts',
  'test/server/domain/{long-work,password,rate-limit,username}.test.ts',
  'test/server/live/{doorbell,follow,tail}.test.ts',
  'test/server/store/{batch,sqlite}.test.ts',
  'test/promises/{disk,durability,log,one-server}.test.ts',
];
/** What is about PostgreSQL, and about many servers. */
const POSTGRES_ALONE = [
  'test/server/live/postgres-doorbell.test.ts',
  'test/server/store/postgres.test.ts',
  'test/many-servers/**',
];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // The servers of the tests serve the page as it was built.
    globalSetup: 'client/web/build.ts',
    projects: [
      // These keep nothing between files, and without a fresh start for each they take half of the
      // time.
      {
        extends: true,
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          exclude: ['test/client/web/**'],
          isolate: false,
          provide: { engine: 'sqlite' },
        },
      },
      // After all others and one file at a time: two browsers, a server and a test already share
      // the cores, and what a person would wait for on a page comes too late between two such
      // files.
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/client/web/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          provide: { engine: 'sqlite' },
        },
      },
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['test/**/*.test.ts'],
          exclude: ['test/client/**', ...POSTGRES_ALONE],
          provide: { engine: 'sqlite' },
        },
      },
      // The same on the other engine.
      {
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: 'test/support/shared-cluster.ts',
          include: [
            'test/conformance.test.ts',
            'test/server/**/*.test.ts',
            'test/promises/*.test.ts',
            'test/fuzz/graphql.test.ts',
          ],
          exclude: SQLITE_ALONE,
          sequence: { groupOrder: 1 },
          provide: { engine: 'postgres' },
        },
      },
      // Each of them has several servers.
      {
        extends: true,
        test: {
          name: 'many servers',
          globalSetup: 'test/support/shared-cluster.ts',
          include: ['test/many-servers/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          provide: { engine: 'postgres' },
        },
      },
    ],
    // By itself it leaves a core to others, which of two is half. Much of a test is waiting for
    // disks and processes.
    maxWorkers: '100%',
    // Real processes, sockets and disks: generous, since a limit only ends a test that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
