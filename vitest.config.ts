import { defineConfig } from 'vitest/config';

/**
 * Node's conditions for resolving packages. With Vite's own, a test would load a second copy of
 * graphql. "import" is missing because it would also apply to `require`; Node adds it to imports.
 */
const conditions = ['node', 'module-sync', 'default'];

/** Tests of SQLite files, or of nothing that is stored. */
const SQLITE_ALONE = [
  'test/server/{backup,config,listen,log,metrics-port,require-node,start}.test.ts',
  'test/server/transport/{address,cors,cost,graphiql,heartbeat,quota,routes,slow-request,token-bucket,web-client}.test.ts',
  'test/server/domain/{long-work,password,rate-limit,username}.test.ts',
  'test/server/live/{doorbell,follow,tail}.test.ts',
  'test/server/store/{batch,sqlite,sqlite-wal}.test.ts',
  'test/promises/{disk,durability,log,one-server}.test.ts',
];
/** Tests of PostgreSQL and of several servers. */
const POSTGRES_ALONE = [
  'test/promises/move.test.ts',
  'test/server/admin/copy.test.ts',
  'test/server/live/{nats,postgres}-doorbell.test.ts',
  'test/server/store/postgres.test.ts',
  'test/many-servers/**',
];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // The servers under test serve the built web client.
    globalSetup: 'client/web/build.ts',
    projects: [
      // These files leave no state, and take half the time without a fresh start for each.
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
      // the cores, and two such files would slow each other down until waits time out.
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/client/web/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 4 },
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
      // The tests that depend on the store, on the other engine.
      {
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: 'test/support/shared-cluster.ts',
          include: [
            'test/conformance.test.ts',
            'test/server/**/*.test.ts',
            'test/deploy/package.test.ts',
            'test/promises/*.test.ts',
            'test/fuzz/graphql.test.ts',
          ],
          exclude: SQLITE_ALONE,
          sequence: { groupOrder: 1 },
          provide: { engine: 'postgres' },
        },
      },
      // Each test starts several servers, which ring each other over PostgreSQL.
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
      // Those of them that depend on the doorbell, over NATS. Without nats-server they are skipped.
      {
        extends: true,
        test: {
          name: 'many servers over NATS',
          globalSetup: ['test/support/shared-cluster.ts', 'test/support/shared-nats.ts'],
          setupFiles: 'test/support/over-nats.ts',
          include: ['test/many-servers/{behaviour,faults,rolling-restart}.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          provide: { engine: 'postgres' },
        },
      },
    ],
    // The default leaves one core free, which is half of two. Tests mostly wait for disks and
    // processes.
    maxWorkers: '100%',
    // Generous, for real processes, sockets, disks and busy machines: only a test that hangs should
    // meet it.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
