const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const both = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days between then and now, by the calendar of who looks. */
function daysAgo(time: string): number {
  const midnight = (moment: Date) =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(new Date(time))) / DAY_MS);
}

export const timeOfDay = (time: string): string => clock.format(new Date(time));

export const dateAndTime = (time: string): string => both.format(new Date(time));

/** A day as people call it, seen from today. */
export function dayName(time: string): string {
  const days = daysAgo(time);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (days > 1 && days < 7 ? weekday : date).format(new Date(time));
}

/** As short as a list needs it. */
export const briefly = (time: string): string =>
  daysAgo(time) === 0
    ? timeOfDay(time)
    : daysAgo(time) === 1
      ? 'Yesterday'
      : shortDate.format(new Date(time));

/** Tells two days apart. */
export const dayOf = (time: string): string => new Date(time).toDateString();
