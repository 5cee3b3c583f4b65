import { partsOf } from './links.ts';
import './LinkedText.css';

/** A text exactly as sent, with its web addresses as links. None of it is read as HTML. */
export const LinkedText = ({ text }: { text: string }) => (
  <p dir="auto" className="linked-text">
    {partsOf(text).map(({ text: part, href, start }) =>
      href === undefined ? (
        part
      ) : (
        <a key={start} href={href} target="_blank" rel="noopener noreferrer nofollow">
          {part}
        </a>
      ),
    )}
  </p>
);
