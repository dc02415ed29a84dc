// A number between two others: a handle, and the number itself to type.
import type { ComponentChildren } from 'preact';

interface Props {
  label: ComponentChildren;
  name?: string; // to be spoken, where the label is no plain text
  low: number;
  high: number;
  step: number;
  value: number;
  onInput: (value: number) => void;
}

export function Slider({ label, name, low, high, step, value, onInput }: Props) {
  const spoken = name ?? (typeof label === 'string' ? label : undefined);
  const take = (text: string) => {
    const wanted = Number(text);
    if (text !== '' && Number.isFinite(wanted)) onInput(Math.max(low, Math.min(high, wanted)));
  };
  return (
    <div class="slider">
      <span>{label}</span>
      <input type="range" min={low} max={high} step={step} value={value} aria-label={spoken} onInput={(e) => take(e.currentTarget.value)} />
      <input type="number" min={low} max={high} step={step} value={Number(value.toPrecision(6))} aria-label={spoken} onChange={(e) => take(e.currentTarget.value)} />
    </div>
  );
}
