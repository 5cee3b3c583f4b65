import type { ReactNode } from 'react';
import { TryAgainLater } from './TryAgainLater.tsx';
import type { Submission } from './useSubmit.ts';
import './Form.css';

interface FormProps {
  readonly label: string;
  readonly submission: Submission;
  /** Shown instead of the submission's own error. */
  readonly error?: string | undefined;
  readonly onInput?: () => void;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}

/** A form that shows, above its buttons, any problem that no field shows. */
export const Form = ({ label, submission, error, onInput, buttons, children }: FormProps) => (
  <form className="form" aria-label={label} onSubmit={submission.onSubmit} onInput={onInput}>
    {children}
    {submission.retryAt !== undefined && (
      // A screen reader would read each second out. It reads the error below, once.
      <p className="error" aria-hidden="true">
        <TryAgainLater at={submission.retryAt} />
      </p>
    )}
    <p className={submission.retryAt === undefined ? 'error' : 'unseen'} role="alert">
      {error ?? submission.error}
    </p>
    {buttons}
  </form>
);

/** The buttons of a form that can be cancelled. */
export const FormButtons = (props: { onCancel: () => void; children: ReactNode }) => (
  <div className="form-buttons">
    <button type="button" onClick={props.onCancel}>
      Cancel
    </button>
    {props.children}
  </div>
);
