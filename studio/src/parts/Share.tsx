// What is shown, to take away: a link, a scene file, a picture.
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { framed, mathFonts, pixels, save, standAlone } from '../draw/picture';
import { fail, page, runId, step } from '../state/store';
import { offerFile, sceneLink, sceneShown } from '../state/sharing';
import { writeScene } from '../state/scene';
import { Icon } from './Icon';

const kSvg = 'image/svg+xml';

// The picture of the page: its drawing, or, where there are only maps of numbers, all of those side by side.
async function asSvg(): Promise<{ text: string; width: number; height: number } | null> {
  const drawing = document.querySelector<SVGSVGElement>('main svg.diagram');
  const ground = getComputedStyle(document.body).backgroundColor;
  if (drawing) {
    const { width, height } = drawing.viewBox.baseVal;
    const under = drawing.parentElement?.querySelector('canvas') ?? null;
    return { text: standAlone(drawing, ground, under, await mathFonts()), width, height };
  }
  const maps = [...document.querySelectorAll<HTMLCanvasElement>('main canvas')];
  if (maps.length === 0) return null;
  const gap = 12;
  const width = maps.reduce((sum, c) => sum + c.width + gap, gap);
  const height = Math.max(...maps.map((c) => c.height)) + 2 * gap;
  let at = gap;
  const parts = maps.map((canvas) => {
    const part = framed(canvas).replace('<svg ', `<svg x="${at}" y="${gap}" `);
    at += canvas.width + gap;
    return part;
  });
  return { text: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="${ground}"/>${parts.join('')}</svg>`, width, height };
}

export function Share() {
  const [said, setSaid] = useState('');
  const menu = useRef<HTMLDetailsElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const name = `${runId.value}-${page.value}-${step.value}`;
  const act = (what: () => Promise<string | void>) => async () => {
    try {
      setSaid((await what()) ?? '');
    } catch (error) {
      fail(error as Error);
    }
  };
  const copy = async () => {
    const link = await sceneLink();
    await navigator.clipboard.writeText(link).catch(() => prompt(t('share.link'), link));
    return t('share.copied');
  };
  const picture = (format: 'svg' | 'png') => async () => {
    const found = await asSvg();
    if (!found) return t('share.none');
    const content = format === 'svg' ? new Blob([found.text], { type: kSvg }) : await pixels(found.text, found.width, found.height);
    save(`${name}.${format}`, content);
  };
  const scene = async () => save(`${name}.scene.json`, new Blob([writeScene(sceneShown())], { type: 'application/json' }));
  return (
    <details class="share" ref={menu} onKeyDown={(event) => event.key === 'Escape' && (menu.current!.open = false)}>
      <summary>
        <Icon name="share" />
        {t('share.title')}
      </summary>
      <div class="menu">
        <button type="button" onClick={act(copy)}>{t('share.link')}</button>
        <button type="button" onClick={act(scene)}>{t('share.save')}</button>
        <button type="button" onClick={() => file.current!.click()}>{t('share.open')}</button>
        <button type="button" onClick={act(picture('svg'))}>{t('share.svg')}</button>
        <button type="button" onClick={act(picture('png'))}>{t('share.png')}</button>
        <input ref={file} type="file" accept=".json,application/json" class="hidden" tabIndex={-1} aria-hidden="true"
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            if (chosen) void offerFile(chosen);
            event.currentTarget.value = '';
          }} />
        <p role="status">{said}</p>
      </div>
    </details>
  );
}
