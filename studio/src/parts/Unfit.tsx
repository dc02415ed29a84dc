// A page that the run does not fit: why, and what would.
import { t, tOr } from '../i18n';
import { beginScene } from '../state/store';
import type { Page } from '../state/pages';

export function Unfit({ why, detail = '', scenes, page }: { why: string; detail?: string; scenes: string[]; page: Page }) {
  return (
    <section class="empty unfit">
      <h1>{t('unfit.title')}</h1>
      <p>{why}</p>
      {detail && <p class="muted whole">{detail}</p>}
      <p class="muted">{t('unfit.try')}</p>
      <p class="row">
        {scenes.map((name) => (
          <button key={name} type="button" class="primary" onClick={() => void beginScene(name, { page })}>
            {tOr(`scene.${name}`, name)}
          </button>
        ))}
      </p>
    </section>
  );
}
