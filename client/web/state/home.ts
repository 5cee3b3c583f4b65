/** The address of this page's server: the folder that the page is in, without the slash at its end. */
export const serverUrl = (): string => new URL('.', location.href).href.slice(0, -1);

/**
 * Returns the name of something that the browser keeps for this page. A browser keeps it by origin,
 * so the name contains the page's folder: there may be another Parley in another folder.
 * styles/theme-at-load.js makes such a name too.
 */
export const ownName = (name: string): string =>
  `parley${new URL(serverUrl()).pathname.replace(/\/$/, '')}:${name}`;
