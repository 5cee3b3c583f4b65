/** How many earlier results of a subscription stay in view. */
const MAX_EARLIER = 50;

/**
 * Returns a function that adds the earlier results of a subscription to each result, the newest
 * first. GraphiQL shows one result at a time, so of the messages that wait for someone, only the
 * last would be seen. What the server repeats after a reconnect is listed once.
 */
export function withEarlierResults() {
  let earlier: unknown[] = [];
  return (result: { readonly data?: unknown }): object => {
    const text = JSON.stringify(result.data);
    const others = earlier.filter((data) => JSON.stringify(data) !== text);
    earlier = [result.data, ...others].slice(0, MAX_EARLIER);
    return others.length > 0 ? { ...result, earlier: others } : result;
  };
}
