/** Set-up of a project whose servers ring each other over NATS: without it, its tests are skipped. */
import { beforeEach, inject } from 'vitest';

beforeEach(({ skip }) => skip(inject('bell') === undefined, 'nats-server is not installed'));
