import { partsOf } from './links.ts';
import './LinkedText.css';

/**
 * A text as it was written, to the letter, with its web addresses as links. Nothing in it is HTML.
 */
export function LinkedText({ text }: { text: string }) {
  return (
    <p dir="auto" className="linked-text">
      {partsOf(text).map(({ words, href, start }) =>
        href === undefined ? (
          words
        ) : (
          <a key={start} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {words}
          </a>
        ),
      )}
    </p>
  );
}
