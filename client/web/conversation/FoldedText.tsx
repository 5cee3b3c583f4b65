import { type MouseEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { LinkedText } from './LinkedText.tsx';
import './FoldedText.css';

/** Texts up to this length, in this many lines, are never too high. */
const SHORT = { length: 400, lines: 20 };
/** The height, in lines, from which a text is folded to the height that the stylesheet sets. */
const MAX_LINES = 24;

interface FoldedTextProps {
  readonly text: string;
  readonly open: boolean;
  readonly onOpen: () => void;
}

/** A text that is folded while it is too high for a list, with a button that shows all of it. */
export function FoldedText(props: FoldedTextProps) {
  const { text } = props;
  const isShort = text.length <= SHORT.length && text.split('\n').length <= SHORT.lines;
  return isShort ? <LinkedText text={text} /> : <MeasuredText {...props} />;
}

function MeasuredText({ text, open, onOpen }: FoldedTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const folded = useIsHigh(box) && !open;
  const show = (event: MouseEvent<HTMLElement>) => {
    // The button goes; the focus stays with the message.
    event.currentTarget.closest<HTMLElement>('[tabindex]')?.focus();
    onOpen();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a link below the fold shows on focus. */}
      <div ref={box} className="folded-text" data-folded={folded} onFocus={onOpen}>
        <LinkedText text={text} />
      </div>
      {folded && (
        <button type="button" className="link folded-text-more" onClick={show}>
          Show more
        </button>
      )}
    </>
  );
}

/** Whether the text in a box is too high, whatever the width of the window. */
function useIsHigh(box: RefObject<HTMLElement | null>): boolean {
  const [high, setHigh] = useState(false);
  useLayoutEffect(() => {
    if (!box.current) return;
    const { current } = box;
    const measure = () => {
      const lineHeight = Number.parseFloat(getComputedStyle(current).lineHeight);
      setHigh(current.scrollHeight > MAX_LINES * lineHeight);
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(current);
    return () => resized.disconnect();
  }, [box]);
  return high;
}
