// One sample as the network sees it: a picture, or a curve over its numbers; beside it perhaps another one.
import { useEffect, useRef } from 'preact/hooks';
import { grey } from '../draw/colours';
import { around } from '../draw/scale';
import { Plot } from './Plot';

interface Props {
  values: number[];
  other?: number[]; // drawn dashed, under a curve
  shape: [number, number, number] | null;
  label: string;
  range?: [number, number];
  size?: number;
  isBare?: boolean;
}

export function Sample({ values, other, shape, label, range, size = 200, isBare = false }: Props) {
  if (shape) return <Picture values={values} shape={shape} label={label} size={size} />;
  const places = values.map((_, i) => i + 1);
  return (
    <Plot
      label={label}
      x={[0.7, values.length + 0.3]}
      y={range ?? around([...values, ...(other ?? [])], 0.15)}
      xTicks={values.length <= 12 ? places : undefined}
      isBare={isBare}
      height={size}
      lines={[
        ...(other ? [{ name: 'other', x: places, y: other, colour: 'var(--muted)', isDashed: true, width: 2 }] : []),
        { name: 'values', x: places, y: values, colour: 'var(--accent)', width: 2.6 },
      ]}
      points={[
        ...(other ?? []).map((y, i) => ({ x: i + 1, y, colour: 'var(--muted)', radius: 3 })),
        ...(values.length <= 40 ? values.map((y, i) => ({ x: i + 1, y, colour: 'var(--accent)', radius: 4 })) : []),
      ]}
    />
  );
}

function Picture({ values, shape, label, size }: { values: number[]; shape: [number, number, number]; label: string; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [channels, rows, cols] = shape;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const picture = context.createImageData(cols, rows);
    const plane = rows * cols;
    for (let i = 0; i < plane; ++i) {
      const of = (c: number) => grey(values[(channels === 3 ? c : 0) * plane + i]!)[0];
      picture.data.set([of(0), of(1), of(2), 255], 4 * i);
    }
    context.putImageData(picture, 0, 0);
  }, [values, rows, cols, channels]);
  return <canvas ref={canvas} class="picture" width={cols} height={rows} style={{ width: `${size}px` }} role="img" aria-label={label} />;
}
