/**
 * Exits with a message if Node is too old for the scripts of package.json, instead of a stack trace
 * at the first TypeScript file. Old versions must be able to parse this file.
 */
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Parley needs Node.js ${OLDEST} or newer; this is ${process.version}.\n` +
      'npm ci installs it on Linux (x64, arm64), macOS (arm64) and Windows (x64), unless\n' +
      'optional packages are omitted. Elsewhere, install it from https://nodejs.org.\n',
  );
  process.exit(1);
}
