import { type InputHTMLAttributes, useId } from 'react';
import './Field.css';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  /** Shown instead of the hint. */
  readonly error?: string | undefined;
}

/** A labelled input with its hint or its error. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        required
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint ${id}-error`}
        {...input}
      />
      <p id={`${id}-error`} className="error" role="alert">
        {error}
      </p>
      <p id={`${id}-hint`} className="hint">
        {error === undefined && hint}
      </p>
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

export const PasswordField = (props: Partial<FieldProps>) => (
  <Field
    label="Password"
    name="password"
    type="password"
    autoComplete="current-password"
    {...props}
  />
);
