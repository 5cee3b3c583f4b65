import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from '../state/problem.ts';

/**
 * Runs what a form is for, once at a time; the button that was pressed counts as a field. It
 * answers with a problem, or with nothing when all is well.
 */
export function useSubmit(
  action: (fields: (name: string) => string) => Promise<Problem | undefined>,
  /** Told when it begins and when it is over. */
  onBusy: (busy: boolean) => void = () => {},
) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  // Once the fields are marked, the first that is at fault gets the focus.
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (busy) return;
    form.current = event.currentTarget;
    const data = new FormData(form.current, (event.nativeEvent as SubmitEvent).submitter);
    setBusy(true);
    setProblem(undefined);
    onBusy(true);
    const found = await action((name) => String(data.get(name) ?? '')).catch(problemOf);
    onBusy(false);
    setBusy(false);
    setProblem(found);
  }
  return { onSubmit, problem, busy };
}
