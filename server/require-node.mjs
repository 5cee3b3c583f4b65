/**
 * Exits with a message if Node is too old for a command, instead of a stack trace at the first file
 * that needs a newer one. Old versions must be able to parse this file.
 */
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Parley needs Node.js ${OLDEST} or newer; this is ${process.version}.\n` +
      'In a clone, npm ci installs it on Linux (x64, arm64), macOS (arm64) and Windows (x64),\n' +
      'unless optional packages are omitted. Elsewhere, install it from https://nodejs.org.\n',
  );
  process.exit(1);
}
