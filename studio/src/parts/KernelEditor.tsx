// The kernel as numbers to change, and the gallery that it may come from.
import { numberLabel } from '../draw/number';
import { t, tOr } from '../i18n';
import { chooseKernel, found, kernel, kernelName, offered, setCell } from '../state/window';
import { Marked } from './TimeBar';

export function KernelEditor() {
  const { rows, cols, values } = kernel.value;
  const resize = (by: number) => {
    const size = Math.max(1, Math.min(7, cols + by));
    const tall = rows === 1 ? 1 : size;
    const from = (r: number, c: number) => values[(r + Math.floor((rows - tall) / 2)) * cols + c + Math.floor((cols - size) / 2)];
    const isInside = (r: number, c: number) => {
      const y = r + Math.floor((rows - tall) / 2);
      const x = c + Math.floor((cols - size) / 2);
      return y >= 0 && x >= 0 && y < rows && x < cols;
    };
    kernel.value = { rows: tall, cols: size, values: Array.from({ length: tall * size }, (_, i) => (isInside(Math.floor(i / size), i % size) ? from(Math.floor(i / size), i % size)! : 0)) };
    kernelName.value = '';
  };
  const change = (i: number, text: string) => {
    const number = Number(text);
    if (text === '' || !Number.isFinite(number)) return;
    setCell(kernel, Math.floor(i / cols), i % cols, number);
    kernelName.value = '';
  };
  const total = found.value?.kernel_sum;
  return (
    <div class="kernel">
      <label class="field">
        <span>{t('conv.kernel')}</span>
        <select value={kernelName.value} onChange={(e) => chooseKernel(offered.value!.kernels.find((k) => k.name === e.currentTarget.value)!)}>
          {kernelName.value === '' && <option value="">{t('conv.own')}</option>}
          {(offered.value?.kernels ?? []).map((k) => <option key={k.name} value={k.name}>{tOr(`kernel.${k.name}`, k.name)}</option>)}
        </select>
      </label>
      <div class="kernel-cells" style={{ gridTemplateColumns: `repeat(${cols}, minmax(0, 64px))` }}>
        {values.map((v, i) => (
          <input
            key={`${rows} ${cols} ${i}`}
            type="number"
            step="any"
            value={Number(v.toPrecision(4))}
            style={{ '--share': `${Math.min(100, (Math.abs(v) / Math.max(...values.map(Math.abs), 1e-9)) * 55)}%`, '--tone': v < 0 ? '#2f7fe0' : '#d8432f' }}
            aria-label={t('conv.weightAt', { row: Math.floor(i / cols) + 1, col: (i % cols) + 1 })}
            onChange={(e) => change(i, e.currentTarget.value)}
          />
        ))}
      </div>
      <p class="row">
        <button type="button" class="quiet" aria-label={t('conv.smaller')} onClick={() => resize(-1)}>−</button>
        <span>{rows} × {cols}</span>
        <button type="button" class="quiet" aria-label={t('conv.larger')} onClick={() => resize(1)}>+</button>
        {total !== undefined && <span class="muted">{t('conv.sum')} <b data-testid="kernel-sum"><Marked text={numberLabel(Math.abs(total) < 1e-12 ? 0 : total)} /></b></span>}
      </p>
    </div>
  );
}
