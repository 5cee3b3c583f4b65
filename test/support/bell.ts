import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The BELL_URL of this project's servers; undefined where PostgreSQL rings. */
    readonly bell: string | undefined;
  }
}

/** Whether PostgreSQL carries the rings of this project's servers. */
export const postgresRings = inject('bell') === undefined;

/** The setting of this project's doorbell, if it has one of its own. */
export const bellSetting = (): { BELL_URL?: string } => {
  const bell = inject('bell');
  return bell === undefined ? {} : { BELL_URL: bell };
};
