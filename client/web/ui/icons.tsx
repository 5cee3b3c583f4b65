import './icons.css';

/** The Parley logo. */
export const Logo = () => (
  <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
    <path d="M8 6.5h16a4 4 0 0 1 4 4v9a4 4 0 0 1-4 4h-7.2l-6.3 4.9v-4.9H8a4 4 0 0 1-4-4v-9a4 4 0 0 1 4-4Z" />
    <path d="M10 15h12" />
  </svg>
);

const icon =
  (path: string, shape: 'line' | 'along' | 'solid' = 'line') =>
  () => (
    <svg className="icon" data-shape={shape} viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );

export const ChevronIcon = icon('m6 8 4 4 4-4');
export const BackIcon = icon('m12.5 4.5-6 5.5 6 5.5', 'along');
export const DownIcon = icon('M10 4v11m-5-5 5 5 5-5');
export const SendIcon = icon('M3.5 10h9m-9 0L2 3.5 17.5 10 2 16.5 3.5 10Z', 'along');
export const ClockIcon = icon('M10 5.5V10l3 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z');
export const CheckIcon = icon('m4.5 10.5 4 4 7-8.5');
export const ChecksIcon = icon('m1.5 10.5 4 4 7-8.5m-2.5 8 .5.5 7-8.5');
/** A disc with the check left out, so that it differs from two checks in shape. */
export const ReadIcon = icon(
  'M10 1.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM5.2 10.6l3.6 3.6 6.2-7.3-1.5-1.3-4.8 5.7-2.1-2.1Z',
  'solid',
);
export const AlertIcon = icon('M10 6v5m0 2.6v.2M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0Z');
const EYE =
  'M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10Zm11 0a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z';
export const ShownIcon = icon(EYE);
export const HiddenIcon = icon(`${EYE}M3.5 17 16.5 3`);
/** Three dots that take turns, for those who do not mind motion. */
export const TypingIcon = () => (
  <svg className="typing-icon" viewBox="0 0 20 12" aria-hidden="true">
    <circle cx="3.5" cy="6" r="2.5" />
    <circle cx="10" cy="6" r="2.5" />
    <circle cx="16.5" cy="6" r="2.5" />
  </svg>
);
export const MoreIcon = icon(
  'M11.6 4.2a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0Zm0 5.8a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0Zm0 5.8a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0Z',
  'solid',
);
export const CopyIcon = icon('M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5Z');
export const QuoteIcon = icon('M8 4.5 3.5 9 8 13.5M4 9h8.5a4 4 0 0 1 4 4v2.5');
