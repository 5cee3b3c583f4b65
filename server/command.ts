/** The name of each command in a package: `parley` is that of the client. */
const PACKAGED = { admin: 'parley-admin', backup: 'parley-backup', chat: 'parley' };

/** How to start a command: in a clone, whose files are TypeScript, it is a script of npm. */
export const commandLine = (script: keyof typeof PACKAGED): string =>
  import.meta.filename.endsWith('.ts') ? `npm run ${script} --` : PACKAGED[script];
