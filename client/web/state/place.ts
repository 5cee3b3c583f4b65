/** A place in a conversation: a message, and the distance in px from its top to the view's top. */
export interface Place {
  readonly messageId: string;
  readonly offset: number;
}

/** What stays in view before a place that the viewer goes to. */
export const CONTEXT_PX = 96;
