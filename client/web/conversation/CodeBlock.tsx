import { CopyButton } from './CopyButton.tsx';
import './CodeBlock.css';

interface CodeBlockProps {
  /** The code with the lines around it. They stay in the document, so that nothing is left out. */
  readonly text: string;
  readonly code: string;
}

/** Code between fences, with a button that copies it. */
export function CodeBlock({ text, code }: CodeBlockProps) {
  const start = text.indexOf('\n') + 1;
  const end = start + code.length;
  return (
    <span className="code-block">
      <span hidden>{text.slice(0, start)}</span>
      <code>{text.slice(start, end)}</code>
      <span hidden>{text.slice(end)}</span>
      <CopyButton label="Copy the code" text={code} />
    </span>
  );
}
