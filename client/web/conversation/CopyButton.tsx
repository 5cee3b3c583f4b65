import { useEffect, useState } from 'react';
import { CheckIcon, CopyIcon } from '../ui/icons.tsx';
import './CopyButton.css';

/** The time, in ms, for which the button says that it has copied. */
const SAID_MS = 2_000;

interface CopyButtonProps {
  readonly label: string;
  readonly text: string;
}

/** A button that copies a text. Browsers have no clipboard for pages without HTTPS. */
export function CopyButton({ label, text }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const saying = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(saying);
  }, [copied]);
  if (!navigator.clipboard) return null;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // The browser does not allow it.
      () => {},
    );
  return (
    <button
      type="button"
      className="copy-button"
      aria-label={copied ? 'Copied' : label}
      title={copied ? 'Copied' : label}
      onClick={copy}
    >
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}
