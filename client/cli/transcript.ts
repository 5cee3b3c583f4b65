import { styleText } from 'node:util';
import type { CurrentSession } from './current-session.ts';
import { escapeControls } from './escape.ts';
import type { Event, Mark, TypingEvent, Written } from './event.ts';
import { type DeliveryState, newOwnMessages } from './own-messages.ts';
import { counted, format, line } from './print.ts';
import type { Printed } from './printed.ts';

export interface TranscriptOptions {
  print(text: string): Printed;
  /** Called for each message that arrives. */
  ring(): void;
  /** Returns the session, once there is one. */
  current(): Pick<CurrentSession, 'session' | 'counterpart'>;
}

/** What a terminal shows of a chat. */
export interface Transcript {
  show(event: Exclude<Event, TypingEvent>): void;
  /** Sets the typed line that is being performed. The message in it, if any, takes its place. */
  performing(line: Printed | undefined): void;
}

export function newTranscript({ print, ring, current }: TranscriptOptions): Transcript {
  const own = newOwnMessages();
  let typed: Printed | undefined;
  let progress: Printed | undefined;

  const inPlaceOf = (place: Printed | undefined, text: string): Printed =>
    place?.replace(text) ? place : print(text);

  function inPlaceOfTyped(text: string): Printed {
    const place = typed;
    typed = undefined;
    return inPlaceOf(place, text);
  }

  const isHere = ({ to }: { readonly to: string }): boolean =>
    current().counterpart?.username === to;

  /** Shows a message to the viewer. Within its conversation it counts as read. */
  function received(event: Written): void {
    const { session, counterpart } = current();
    const { id, counterpartId } = event;
    const here = counterpart?.id === counterpartId;
    if (here && id <= (counterpart.shownThrough ?? '')) return;
    if (event.from === event.to && own.includes(event)) return;
    ring();
    const from = styleText('bold', escapeControls(event.from));
    print(line(event, counterpart && !here ? `${from} → you` : from));
    if (here) session?.markRead(counterpartId, id);
  }

  /** Reports the messages that are newly delivered or read, unless the newest of them shows it. */
  function receipt(event: Event & { event: 'receipt' }): void {
    own.advance(event);
    const { counterpartId, deliveredThrough, readThrough } = event;
    const read = own.shows(counterpartId, readThrough) ? null : event.read;
    const delivered = own.shows(counterpartId, deliveredThrough) ? null : event.delivered;
    if (read || delivered) print(format({ ...event, read, delivered }, false));
  }

  function show(event: Exclude<Event, TypingEvent>): void {
    switch (event.event) {
      case 'message':
        received(event);
        break;
      case 'sending':
        own.add({ ...event, state: 'sending', here: isHere(event) }, inPlaceOfTyped);
        break;
      case 'sent':
        // A message to oneself needs no receipt.
        own.answered(event.clientMessageId, {
          ...event,
          state: event.to === current().session?.username ? 'read' : 'sent',
        });
        break;
      case 'sentElsewhere':
        own.add({ ...event, state: 'sent', here: isHere(event) }, print);
        break;
      case 'history':
        if (event.own) own.add({ ...event, state: stateOf(event), here: true }, print);
        else print(format(event, false));
        break;
      case 'marks':
        own.advance(event);
        break;
      case 'receipt':
        receipt(event);
        break;
      case 'exporting':
        progress = inPlaceOf(progress, `Exporting: ${counted(event.messages, 'message')} so far…`);
        break;
      case 'exported':
        inPlaceOf(progress, format(event, false));
        progress = undefined;
        break;
      default:
        if (event.event === 'error' && event.clientMessageId)
          own.answered(event.clientMessageId, { state: 'failed' });
        print(format(event, false));
    }
  }

  return {
    show,
    performing(line) {
      typed = line;
    },
  };
}

const stateOf = ({ delivered, read }: Mark): DeliveryState =>
  read ? 'read' : delivered ? 'delivered' : 'sent';
