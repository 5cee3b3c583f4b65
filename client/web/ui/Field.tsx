import { type InputHTMLAttributes, type ReactNode, useId, useState } from 'react';
import { HiddenIcon, ShownIcon } from './icons.tsx';
import './Field.css';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  /** Shown instead of the hint. */
  readonly error?: string | undefined;
  /** A button at the end of the input. */
  readonly button?: ReactNode;
}

/** A labelled input with its hint or its error. */
export function Field({ label, hint, error, button, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-input">
        <input
          id={id}
          required
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-hint ${id}-error`}
          {...input}
        />
        {button}
      </div>
      <div className="field-message">
        <p id={`${id}-error`} className="error" role="alert">
          {error}
        </p>
        <p id={`${id}-hint`} className="hint">
          {error === undefined && hint}
        </p>
      </div>
    </div>
  );
}

export const UsernameField = (props: Partial<FieldProps>) => (
  <Field
    label="Username"
    name="username"
    autoComplete="username"
    autoCapitalize="none"
    spellCheck={false}
    {...props}
  />
);

/** A password, which can be shown. */
export function PasswordField({ label = 'Password', ...props }: Partial<FieldProps>) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete="current-password"
      autoCapitalize="none"
      spellCheck={false}
      button={
        <button
          type="button"
          className="field-show"
          aria-label={`Show ${label.toLowerCase()}`}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <ShownIcon /> : <HiddenIcon />}
        </button>
      }
      {...props}
    />
  );
}
