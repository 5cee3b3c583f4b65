import { blocksOf, isEmoji } from './blocks.ts';
import { CodeBlock } from './CodeBlock.tsx';
import { partsOf } from './links.ts';
import './LinkedText.css';

/**
 * A text exactly as sent, with its web addresses as links, and its code in a font of its own. None
 * of it is read as HTML.
 */
export const LinkedText = ({ text }: { text: string }) => (
  <div dir="auto" className="linked-text" data-emoji={isEmoji(text)}>
    {blocksOf(text).map(({ type, start, text: block, code }) => {
      if (type === 'fence') return <CodeBlock key={start} text={block} code={code ?? ''} />;
      if (type === 'code') return <code key={start}>{block}</code>;
      return partsOf(block).map(({ text: part, href, start: at }) =>
        href === undefined ? (
          part
        ) : (
          <a key={start + at} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ),
      );
    })}
  </div>
);
