// The codes of all samples: on a line or a plane, with the point whose decoding is looked at.
import { useMemo } from 'preact/hooks';
import { amount, classColour } from '../draw/colours';
import { numberLabel } from '../draw/number';
import { around } from '../draw/scale';
import { t } from '../i18n';
import { axes, codes, decoded, latent, setNumber, setPoint, standAt } from '../state/codes';
import { isDark } from '../state/theme';
import { Formula } from './Formula';
import { Plot } from './Plot';

export function LatentMap() {
  const found = codes.value!;
  const at = latent.value ?? decoded.value?.latent;
  const isLine = found.code.length === 1;
  const [a, b] = axes.value;
  const dark = isDark.value;
  const labels = found.points.map((p) => p.label ?? 0);
  const hasLabels = found.points[0]?.label !== undefined;
  const [low, high] = useMemo(() => [Math.min(...labels), Math.max(...labels)], [found]);
  const colour = (label: number | undefined) =>
    label === undefined ? 'var(--accent)' : found.classes.length ? classColour(label) : amount((label - low) / (high - low || 1), dark);
  // On a line, height is the amount (or the sample), so that what the code learned is seen as a curve.
  const points = useMemo(
    () =>
      found.points.map((p) => ({
        x: p.code[a]!,
        y: isLine ? (hasLabels ? p.label! : p.sample) : p.code[b]!,
        colour: colour(p.label),
        radius: found.points.length > 200 ? 3 : 5.5,
        name: t('code.sampleN', { n: p.sample }) + (p.label === undefined ? '' : `: ${found.classes[p.label] ?? numberLabel(p.label)}`),
      })),
    [found, a, b, dark],
  );
  const x = around([...points.map((p) => p.x), at?.[a] ?? Number.NaN], 0.12);
  const y = around([...points.map((p) => p.y), isLine ? Number.NaN : (at?.[b] ?? Number.NaN)], 0.12);
  const onKey = (event: KeyboardEvent) => {
    if (!at) return;
    const by = (range: [number, number]) => (range[1] - range[0]) / 60;
    const steps: Record<string, () => void> = {
      ArrowLeft: () => setNumber(a, at[a]! - by(x)),
      ArrowRight: () => setNumber(a, at[a]! + by(x)),
      ArrowUp: () => !isLine && setNumber(b, at[b]! + by(y)),
      ArrowDown: () => !isLine && setNumber(b, at[b]! - by(y)),
    };
    const act = steps[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const fit = found.fit;
  return (
    <div class="latent-map">
      <div class="focusable" tabIndex={0} role="group" aria-label={t('code.keys')} onKeyDown={onKey}>
        <Plot
          label={t('code.map', { n: found.points.length })}
          height={isLine ? 380 : 500}
          x={x}
          y={y}
          xName={found.code[a]!.symbol}
          yName={isLine ? (hasLabels ? (found.amount ?? '') : t('code.sample')) : found.code[b]!.symbol}
          points={points}
          lines={fit && Math.abs(fit.slope) > 1e-12 ? [{ name: 'fit', x: [fit.intercept + fit.slope * y[0], fit.intercept + fit.slope * y[1]], y: [...y], colour: 'var(--muted)', isDashed: true }] : []}
          handle={at ? { x: at[a]!, ...(isLine ? {} : { y: at[b]! }) } : undefined}
          onMove={setPoint}
          onPick={(i) => standAt(found.points[i]!.sample)}
        />
      </div>
      {found.classes.length > 0 && (
        <ul class="legend">
          {found.classes.map((name, k) => <li key={name}><i style={{ '--colour': classColour(k) }} aria-hidden="true" />{name}</li>)}
        </ul>
      )}
      {fit && (
        <p>
          <Formula tex={`${found.code[0]!.symbol}\\approx ${numberLabel(fit.intercept).replace('\u2212', '-')}${fit.slope < 0 ? '-' : '+'}${numberLabel(Math.abs(fit.slope))}\\,m,\\quad R^2=${numberLabel(fit.r_squared, 4)}`} />{' '}
          <span class="muted">{t('code.fit', { amount: found.amount ?? '' })}</span>
        </p>
      )}
    </div>
  );
}
