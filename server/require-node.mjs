/**
 * Ends with a sentence where Node is too old for the scripts of package.json: it would show a stack
 * at the first TypeScript file. Old versions have to be able to read this file.
 */
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Parley needs Node.js ${OLDEST} or newer; this is ${process.version}.\n` +
      'npm ci brings it along on Linux (x64, arm64), macOS (arm64) and Windows (x64), unless it\n' +
      'omits optional packages. Elsewhere, install it from https://nodejs.org.\n',
  );
  process.exit(1);
}
