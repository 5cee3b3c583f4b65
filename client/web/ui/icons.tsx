import './icons.css';

/** The Parley logo. */
export const Logo = () => (
  <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
    <path d="M8 6.5h16a4 4 0 0 1 4 4v9a4 4 0 0 1-4 4h-7.2l-6.3 4.9v-4.9H8a4 4 0 0 1-4-4v-9a4 4 0 0 1 4-4Z" />
    <path d="M10 15h12" />
  </svg>
);

const icon = (path: string) => () => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const ChevronIcon = icon('m6 8 4 4 4-4');
export const BackIcon = icon('m12.5 4.5-6 5.5 6 5.5');
export const DownIcon = icon('M10 4v11m-5-5 5 5 5-5');
export const SendIcon = icon('M3.5 10h9m-9 0L2 3.5 17.5 10 2 16.5 3.5 10Z');
export const ClockIcon = icon('M10 5.5V10l3 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z');
export const CheckIcon = icon('m4.5 10.5 4 4 7-8.5');
export const ChecksIcon = icon('m1.5 10.5 4 4 7-8.5m-2.5 8 .5.5 7-8.5');
export const AlertIcon = icon('M10 6v5m0 2.6v.2M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0Z');
