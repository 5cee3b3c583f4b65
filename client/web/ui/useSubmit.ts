import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from '../state/problem.ts';

/** Returns the value of a field, or of the button that was pressed. */
export type FieldValue = (name: string) => string;

export interface SubmitOptions {
  /** Does what the form is for. Resolves with the problem, or with undefined on success. */
  action(fieldValue: FieldValue): Promise<Problem | undefined>;
  /** The codes of the problems that belong to a field, by its name. */
  readonly fieldCodes?: Readonly<Record<string, readonly string[]>>;
  /** Called with true before the action, and with false after it. */
  onBusy?(busy: boolean): void;
}

/** The state of a form. */
export interface Submission {
  onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void>;
  readonly busy: boolean;
  /** What is wrong with a field. */
  errorOf(field: string): string | undefined;
  /** A problem that belongs to no field. */
  readonly error: string | undefined;
  /** The moment from which it may be submitted again, after too many attempts. */
  readonly retryAt: number | undefined;
}

/** Runs the action of a form, once at a time, and focuses the first field with a problem. */
export function useSubmit({ action, fieldCodes = {}, onBusy }: SubmitOptions): Submission {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  async function onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (busy) return;
    form.current = event.currentTarget;
    const data = new FormData(form.current, event.nativeEvent.submitter);
    setBusy(true);
    setProblem(undefined);
    onBusy?.(true);
    const found = await action((name) => String(data.get(name) ?? '')).catch(problemOf);
    onBusy?.(false);
    setBusy(false);
    setProblem(found);
  }

  const belongsTo = (field: string) => !!problem && !!fieldCodes[field]?.includes(problem.code);
  return {
    onSubmit,
    busy,
    errorOf: (field) => (belongsTo(field) ? problem?.message : undefined),
    error: Object.keys(fieldCodes).some(belongsTo) ? undefined : problem?.message,
    retryAt: problem?.retryAt,
  };
}
