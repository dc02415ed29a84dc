// Text with marks ("H_{4_{in}} = 0.61") in a drawing: baselines are moved by hand, as every renderer understands that.
import { textRuns } from '../draw/marks';

interface Props {
  text: string;
  x: number;
  y: number;
  size: number;
  anchor?: 'start' | 'middle' | 'end';
  class?: string;
  fill?: string;
  halo?: boolean;
  quantity?: string | undefined;
}

export function MarkedText({ text, x, y, size, anchor = 'middle', class: name = '', fill, halo, quantity }: Props) {
  let shift = 0;
  const parts = textRuns(text).map((run, i) => {
    const dy = (run.shift - shift) * size;
    shift = run.shift;
    return (
      <tspan key={i} dy={dy || undefined} font-size={run.size * size} class={run.isItalic ? 'letter' : undefined}>
        {run.text}
      </tspan>
    );
  });
  const place = { x, y, 'font-size': size, 'text-anchor': anchor };
  // The halo lies under all of the text: that of a run would cover the run before it.
  return (
    <>
      {halo && (
        <text {...place} class={`marked halo ${name}`} aria-hidden="true">
          {parts}
        </text>
      )}
      <text {...place} fill={fill} class={`marked ${name}`} data-quantity={quantity}>
        {parts}
      </text>
    </>
  );
}
