// A window that walks over an image: convolution and pooling, place by place, with every product written out.
import { useEffect, useState } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { Icon } from '../parts/Icon';
import { KernelEditor } from '../parts/KernelEditor';
import { KernelLearning } from '../parts/KernelLearning';
import { PictureSource } from '../parts/PictureSource';
import { Slider } from '../parts/Slider';
import { WalkedImages } from '../parts/WalkedImages';
import { SizeFormula, WindowProducts } from '../parts/WindowProducts';
import { at, choices, dilation, dimensions, flip, follow, found, isPooling, isWalking, kOperations, operation, pad, padding, padValue, poolSize, refusal, setDimensions, stride, takesPad, walk } from '../state/window';

export function Convolution() {
  const [isDrawing, setIsDrawing] = useState(false);
  useEffect(follow, []);
  const out = found.value?.output;
  const count = out ? out.rows * out.cols : 1;
  const index = out ? Math.min(at.value[0] * out.cols + at.value[1], count - 1) : 0;
  return (
    <div class="lab convolution">
      <header>
        <h1>{t('conv.title')}</h1>
        <p class="lead">{t('conv.lead')}</p>
      </header>
      <div class="controls">
        <Choice name="dimensions" label={t('conv.dimensions')} options={[1, 2]} value={dimensions.value} word={(d) => t(`conv.${d}d` as Word)} onChoose={setDimensions} />
        <Choice name="operation" label={t('conv.operation')} options={kOperations} value={operation.value} word={(o) => t(`conv.op.${o}` as Word)} onChoose={(o) => (operation.value = o)} />
        <PictureSource isDrawing={isDrawing} onDraw={setIsDrawing} />
      </div>
      <div class="walk-bar">
        <button type="button" class="icon" aria-label={t('conv.before')} onClick={() => walk(-1)}><Icon name="back" /></button>
        <button type="button" class="icon play" aria-label={t(isWalking.value ? 'time.pause' : 'conv.walk')} onClick={() => (isWalking.value = !isWalking.value)}><Icon name={isWalking.value ? 'pause' : 'play'} /></button>
        <button type="button" class="icon" aria-label={t('conv.next')} onClick={() => walk(1)}><Icon name="forward" /></button>
        <input type="range" min={0} max={count - 1} value={index} aria-label={t('conv.position')} aria-valuetext={t('conv.at', { row: at.value[0] + 1, col: at.value[1] + 1 })} onInput={(e) => walk(Number(e.currentTarget.value) - index)} />
        <span class="muted">{t('conv.places', { n: index + 1, all: count })}</span>
      </div>
      {refusal.value && <p class="notice bad" role="alert">{refusal.value}</p>}
      {found.value && <WalkedImages found={found.value} isDrawing={isDrawing}>{isPooling.value ? null : <KernelEditor />}</WalkedImages>}
      <div class="controls settings">
        {isPooling.value && <Slider label={t('conv.pool')} low={1} high={6} step={1} value={poolSize.value} onInput={(v) => (poolSize.value = Math.round(v))} />}
        <Slider label={t('conv.stride')} low={1} high={5} step={1} value={stride.value} onInput={(v) => (stride.value = Math.round(v))} />
        {!isPooling.value && <Slider label={t('conv.dilation')} low={1} high={4} step={1} value={dilation.value} onInput={(v) => (dilation.value = Math.round(v))} />}
        <label class="field">
          <span>{t('conv.padding')}</span>
          <select value={padding.value} onChange={(e) => (padding.value = e.currentTarget.value)}>
            {(choices.value?.paddings ?? ['none']).filter((p) => !isPooling.value || ['none', 'zero'].includes(p)).map((p) => <option key={p} value={p}>{t(`padding.${p}` as Word)}</option>)}
          </select>
        </label>
        {takesPad.value && <Slider label={t('conv.pad')} low={0} high={4} step={1} value={pad.value} onInput={(v) => (pad.value = Math.round(v))} />}
        {padding.value === 'constant' && !isPooling.value && <Slider label={t('conv.constant')} low={-2} high={2} step={0.1} value={padValue.value} onInput={(v) => (padValue.value = v)} />}
        {!isPooling.value && (
          <label class="check">
            <input type="checkbox" checked={flip.value} onChange={() => (flip.value = !flip.value)} />
            {t('conv.flip')}
          </label>
        )}
      </div>
      {found.value && (
        <div class="pair">
          <WindowProducts found={found.value} />
          <SizeFormula found={found.value} />
        </div>
      )}
      {found.value?.learning && !isPooling.value && <KernelLearning found={found.value} />}
    </div>
  );
}

interface ChoiceProps<T extends string | number> {
  name: string;
  label: string;
  options: T[];
  value: T;
  word: (option: T) => string;
  onChoose: (option: T) => void;
}

export function Choice<T extends string | number>({ name, label, options, value, word, onChoose }: ChoiceProps<T>) {
  return (
    <div class="views" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option} class={value === option ? 'on' : ''}>
          <input type="radio" name={name} checked={value === option} onChange={() => onChoose(option)} />
          {word(option)}
        </label>
      ))}
    </div>
  );
}
