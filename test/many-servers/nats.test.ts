import { expect, test } from 'vitest';
import { newDatabase } from '../support/database.ts';
import { expectNothingLost, startFleet } from '../support/fleet.ts';
import { hasNats, newNats } from '../support/nats.ts';
import { metricsOf } from '../support/process.ts';
import { seededRandom } from '../support/seeded-random.ts';

test.runIf(hasNats)(
  'servers that ring through NATS lose nothing while NATS and a server are killed',
  { timeout: 180_000 },
  async () => {
    const [nats, database] = [await newNats(), await newDatabase()];
    const fleet = await startFleet([database, database], { BELL_URL: nats.url });
    await expectNothingLost(fleet, seededRandom(), async (load) => {
      await nats.kill();
      await load.waitForMore(50);
      await nats.start();
      await load.waitForMore(50);
      await fleet[0]?.restart('SIGKILL');
      await load.waitForMore(50);
    });
    for (const { url } of fleet) {
      const metric = await metricsOf(url);
      expect(metric('parley_doorbell_connected')).toBe(1);
      expect(metric('parley_doorbell_notifications_total{direction="received"}')).toBeGreaterThan(
        0,
      );
    }
  },
);
