import { dayName } from '../ui/time.ts';
import { useToday } from '../ui/useToday.ts';

/** The day of the messages that follow. */
export const Day = ({ time }: { time: string }) => (
  <div className="timeline-day">
    <time dateTime={time}>{dayName(time, useToday())}</time>
  </div>
);
