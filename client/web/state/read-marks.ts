import type { Client } from '@urql/core';
import { MarkRead } from '../../core/documents/conversation.ts';
import type { People } from './people.ts';

/** Marks conversations as read, on the server and in every tab of this browser. */
export interface ReadMarks {
  /** Marks a conversation as read up to and including a message. */
  markRead(counterpartId: string, messageId: string): Promise<void>;
  close(): void;
}

interface UnreadChange {
  readonly id: string;
  readonly unread: number;
}

export function openReadMarks(client: Client, viewerId: string, people: People): ReadMarks {
  const otherTabs = new BroadcastChannel(`parley:${viewerId}`);
  otherTabs.addEventListener('message', ({ data }: MessageEvent<UnreadChange>) =>
    people.setUnread(data.id, data.unread),
  );
  return {
    async markRead(id, through) {
      people.setUnread(id, 0);
      const input = { with: id, through };
      const { data } = await client.mutation(MarkRead, { input }).toPromise();
      const result = data?.markRead;
      if (result?.__typename !== 'MarkReadSuccess') return;
      const change: UnreadChange = { id, unread: result.conversation.unreadCount };
      people.setUnread(change.id, change.unread);
      otherTabs.postMessage(change);
    },
    close: () => otherTabs.close(),
  };
}
