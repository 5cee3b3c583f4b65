/** Each command as it is started in a clone, and as it is in a package. */
const COMMANDS = {
  admin: ['npm run admin --', 'parley-admin'],
  backup: ['npm run backup --', 'parley-backup'],
  chat: ['npm run chat --', 'parley'],
  server: ['npm start', 'parley-server'],
} as const;

/** How to start a command. The files of a clone are TypeScript. */
export const commandLine = (command: keyof typeof COMMANDS): string => {
  const [inClone, inPackage] = COMMANDS[command];
  return import.meta.filename.endsWith('.ts') ? inClone : inPackage;
};
