const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const both = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the same string for two times on one day, in the viewer's time zone. */
export const dayOf = (time: string | number): string => new Date(time).toDateString();

/** Counts calendar days from a time until a day. */
function daysBefore(today: string, time: string): number {
  const midnight = (day: string) => new Date(day).getTime();
  return Math.round((midnight(today) - midnight(dayOf(time))) / DAY_MS);
}

export const timeOfDay = (time: string): string => clock.format(new Date(time));

export const dateAndTime = (time: string): string => both.format(new Date(time));

/** Names the day of a time: Today, Yesterday, a weekday, or a date. */
export function dayName(time: string, today: string): string {
  const days = daysBefore(today, time);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (days > 1 && days < 7 ? weekday : date).format(new Date(time));
}

/** Returns the short form for a list: the time of day today, or else the day. */
export function shortTime(time: string, today: string): string {
  const days = daysBefore(today, time);
  if (days === 0) return timeOfDay(time);
  return days === 1 ? 'Yesterday' : shortDate.format(new Date(time));
}

/** Names a duration in whole minutes, or in seconds if it is below one minute. */
export const durationName = (seconds: number): string =>
  seconds < 60 ? plural(seconds, 'second') : plural(Math.ceil(seconds / 60), 'minute');

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;
