// An autoencoder's bottleneck: where the samples lie in it, and what the decoder makes of any point.
import { useEffect } from 'preact/hooks';
import { numberLabel } from '../draw/number';
import { t, type Word } from '../i18n';
import { Formula } from '../parts/Formula';
import { LatentMap } from '../parts/LatentMap';
import { Sample } from '../parts/Sample';
import { Slider } from '../parts/Slider';
import { Marked } from '../parts/TimeBar';
import { Unfit } from '../parts/Unfit';
import { axes, between, codes, decoded, first, follow, isFit, latent, part, sample, setNumber, standAt } from '../state/codes';
import { Choice } from './Convolution';

const kMostSliders = 12;

export function Autoencoder() {
  useEffect(follow, []);
  if (!isFit.value) return <Unfit why={t('code.unfit')} scenes={['autoencoder-3-2-1-2-3', 'mnist-plane', 'mnist-conv-autoencoder']} page="autoencoder" />;
  const found = codes.value;
  if (!found) return <p class="muted waiting" role="status">{t('lab.waiting')}</p>;
  return (
    <div class="lab autoencoder">
      <div class="bar">
        <h1>{t('code.title')}</h1>
        <Choice name="part" label={t('code.part')} options={found.parts} value={part.value} word={(p) => t(`train.${p}` as Word)} onChoose={(p) => ((part.value = p), (first.value = 0), standAt(0))} />
      </div>
      <div class="latent-work">
        <section class="panel">
          <h2>{t(found.code.length === 1 ? 'code.line' : 'code.plane')}</h2>
          <p class="muted">{t(found.code.length === 1 ? 'code.aboutLine' : 'code.aboutPlane')}</p>
          {found.code.length > 2 && <Axes />}
          <LatentMap />
        </section>
        <Decoding />
      </div>
      <Reconstructions />
    </div>
  );
}

function Axes() {
  const found = codes.value!;
  return (
    <div class="controls">
      {[0, 1].map((which) => (
        <label key={which} class="field">
          <span>{t(which === 0 ? 'code.across' : 'code.up')}</span>
          <select value={axes.value[which]} onChange={(e) => (axes.value = which === 0 ? [Number(e.currentTarget.value), axes.value[1]] : [axes.value[0], Number(e.currentTarget.value)])}>
            {found.points[0]!.code.map((_, i) => <option key={i} value={i}>{t('code.number', { n: i + 1 })}</option>)}
          </select>
        </label>
      ))}
    </div>
  );
}

function Decoding() {
  const found = codes.value!;
  const out = decoded.value;
  const at = latent.value ?? out?.latent ?? [];
  const original = latent.value || between.value ? undefined : found.pairs.find((p) => p.sample === sample.value)?.input;
  const all = found.pairs.flatMap((p) => [...p.input, ...p.output]);
  const range: [number, number] | undefined = found.shape || all.length > 400 ? undefined : [Math.min(...all) * 1.3 - 0.2, Math.max(...all) * 1.3 + 0.2];
  return (
    <section class="panel decoding" aria-live="off">
      <h2>{t('code.decoder')}</h2>
      <p class="muted">{latent.value || between.value ? t('code.ofPoint') : t(found.shape ? 'code.ofPicture' : 'code.ofSample', { n: sample.value })}</p>
      {found.shape && original && <Sample values={original} shape={found.shape} label={t('code.original')} size={96} />}
      {out && <Sample values={out.output} {...(original ? { other: original } : {})} shape={found.shape} label={t('code.decoded')} {...(range ? { range } : {})} size={found.shape ? 240 : 250} />}
      {out && !found.shape && out.output.length <= 8 && (
        <p class="whole" data-testid="decoded">{out.output.map((v) => numberLabel(v, 6)).join('   ')}</p>
      )}
      {at.slice(0, kMostSliders).map((v, i) => {
        const { symbol, low, high } = found.code[i]!;
        const room = (high - low) * 0.25 || 1;
        return <Slider key={i} label={<Formula tex={symbol} />} name={t('code.number', { n: i + 1 })} low={Math.min(v, low - room)} high={Math.max(v, high + room)} step={(high - low) / 500 || 0.002} value={v} onInput={(x) => setNumber(i, x)} />;
      })}
      {at.length > kMostSliders && <p class="muted">{t('code.more', { n: at.length, shown: kMostSliders })}</p>}
      <Between />
      {(latent.value || between.value) && <button type="button" onClick={() => standAt(sample.value)}>{t('code.back', { n: sample.value })}</button>}
    </section>
  );
}

// From one sample to another, through the code.
function Between() {
  const found = codes.value!;
  const ends = between.value ?? { a: sample.value, b: Math.min(found.samples - 1, sample.value + 1), at: 0 };
  const end = (key: 'a' | 'b') => (
    <input type="number" min={0} max={found.samples - 1} value={ends[key]} aria-label={t(key === 'a' ? 'code.from' : 'code.to')} onChange={(e) => (between.value = { ...ends, [key]: Math.max(0, Math.min(found.samples - 1, Number(e.currentTarget.value) || 0)) })} />
  );
  return (
    <div class="between">
      <span class="muted">{t('code.between')}</span>
      {end('a')}
      <input type="range" min={0} max={1} step={0.01} value={ends.at} aria-label={t('code.between')} onInput={(e) => (between.value = { ...ends, at: Number(e.currentTarget.value) })} />
      {end('b')}
    </div>
  );
}

function Reconstructions() {
  const found = codes.value!;
  const count = found.pairs.length;
  const all = found.pairs.flatMap((p) => [...p.input, ...p.output]);
  const range: [number, number] = [Math.min(...all) - 0.2, Math.max(...all) + 0.2];
  return (
    <section class="panel">
      <div class="bar">
        <h2>{t('code.reconstructions')}</h2>
        <div class="row">
          <button type="button" class="quiet" disabled={first.value === 0} onClick={() => (first.value = Math.max(0, first.value - 12))}>{t('code.earlier')}</button>
          <span class="muted">{first.value}–{first.value + count - 1} / {found.samples}</span>
          <button type="button" class="quiet" disabled={first.value + count >= found.samples} onClick={() => (first.value = first.value + 12)}>{t('code.later')}</button>
        </div>
      </div>
      <p class="muted">{t(found.shape ? 'code.pictures' : 'code.curves')}</p>
      <ul class="reconstructions">
        {found.pairs.map((pair) => (
          <li key={pair.sample}>
            <button type="button" aria-pressed={!latent.value && !between.value && sample.value === pair.sample} aria-label={t('code.choose', { n: pair.sample, error: numberLabel(pair.error) })} onClick={() => standAt(pair.sample)}>
              {found.shape ? (
                <>
                  <Sample values={pair.input} shape={found.shape} label={t('code.original')} size={58} />
                  <Sample values={pair.output} shape={found.shape} label={t('code.decoded')} size={58} />
                </>
              ) : (
                <Sample values={pair.output} other={pair.input} shape={null} label={t('code.decoded')} range={range} size={120} isBare />
              )}
              <span>{t('code.sampleN', { n: pair.sample })} · <Marked text={numberLabel(pair.error)} /></span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
