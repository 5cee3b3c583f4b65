const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const both = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Counts calendar days from a time until today, in the viewer's time zone. */
function daysAgo(time: string): number {
  const midnight = (moment: Date) =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(new Date(time))) / DAY_MS);
}

export const timeOfDay = (time: string): string => clock.format(new Date(time));

export const dateAndTime = (time: string): string => both.format(new Date(time));

/** Names the day of a time: Today, Yesterday, a weekday, or a date. */
export function dayName(time: string): string {
  const days = daysAgo(time);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (days > 1 && days < 7 ? weekday : date).format(new Date(time));
}

/** Returns the short form for a list: the time of day today, or else the day. */
export function shortTime(time: string): string {
  const days = daysAgo(time);
  if (days === 0) return timeOfDay(time);
  return days === 1 ? 'Yesterday' : shortDate.format(new Date(time));
}

/** Returns the same string for two times on one day. */
export const dayOf = (time: string): string => new Date(time).toDateString();
