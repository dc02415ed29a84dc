// The network at one moment: its picture in four views, and what a number is made of.
import { t, type Word } from '../i18n';
import { hasBookSign, kViews } from '../draw/encoding';
import { Diagram } from '../parts/Diagram';
import { Inspector } from '../parts/Inspector';
import { layout, network, view } from '../state/store';
import { SamplePicker } from '../parts/SamplePicker';
import { Share } from '../parts/Share';
import { Strip } from '../parts/Strip';
import { WhatIfBar } from '../parts/WhatIfBar';

export function NetworkPage() {
  return (
    <div class="work">
      <section class="canvas" aria-label={t('page.network')}>
        <div class="bar">
          <div class="views" role="radiogroup" aria-label={t('view.label')}>
            {kViews.map((name) => (
              <label key={name} class={view.value === name ? 'on' : ''}>
                <input type="radio" name="view" checked={view.value === name} onChange={() => (view.value = name)} />
                {t(`view.${name}` as Word)}
              </label>
            ))}
          </div>
          <SamplePicker />
          <Share />
        </div>
        <WhatIfBar />
        <p class="about">
          {t(`${layout.value ? 'view' : 'strip'}.${view.value}.about` as Word)}
          {layout.value && view.value === 'back' && (
            <label class="sign">
              <input type="checkbox" checked={hasBookSign.value} onChange={(event) => (hasBookSign.value = event.currentTarget.checked)} />
              {t('view.bookSign')}
            </label>
          )}
        </p>
        {layout.value ? <Diagram /> : <Strip network={network.value!} />}
      </section>
      <Inspector />
    </div>
  );
}
