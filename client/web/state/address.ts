/** Returns the address of a conversation on this page, such as `#/priya`. */
export const addressOf = (username: string): string => `#/${username}`;

/** Returns the username in the address of the page, if it is that of a conversation. */
export function usernameInAddress(): string | undefined {
  const [, username] = /^#\/(.+)$/.exec(location.hash) ?? [];
  try {
    return username && decodeURIComponent(username);
  } catch {
    return username;
  }
}

/** The address of the page itself, without a conversation. */
export const listAddress = (): string => location.pathname + location.search;
