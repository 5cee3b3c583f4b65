/** A received frame: the answer to a send or an acknowledgement, a message, or a frame that needs a reply. */
export type Arrival =
  | { readonly answerTo: number }
  | { readonly acknowledged: number }
  | { readonly position: number; readonly text: string }
  | { readonly reply: string }
  | 'greeted'
  | undefined;

/** What clients do besides sending and receiving. */
export interface Habits {
  /** Gives each message a `clientMessageId`, and acknowledges each as it arrives. */
  readonly careful?: boolean | undefined;
}

/** The frames of one kind of server, as text: no client library is involved. */
export interface Dialect {
  /** The URL of a user's socket, and its subprotocol. */
  url(base: string, token: string): string;
  readonly protocol?: string;
  /** The first frame on a socket, and the second one on a receiver's. */
  greet(token: string): string;
  readonly subscribe?: string;
  send(number: number, to: string, text: string): string;
  /** The frame that acknowledges a mailbox up to a position. */
  acknowledge?(position: number): string;
  read(frame: string): Arrival;
  /** The body of an HTTP request that sends a message, and the check of its answer. */
  body?(to: string, text: string): string;
  checkBody?(body: string): void;
}
