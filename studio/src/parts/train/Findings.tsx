// What the doctor found, each with the place on the diagram that it is about.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Finding, Network } from '../../api/types';
import { t, tOr } from '../../i18n';
import { batches, goTo, network, page, pinned, run, runId } from '../../state/store';

// What a finding is about, as the name of something drawn: its quantity, else the first node of its layer.
function placeOf(finding: Finding, drawn: Network | null): string | null {
  const nodes = drawn?.nodes ?? [];
  const quantity = (finding.quantity ?? '').replace('dL/d', '');
  if (nodes.some((n) => [n.name, n.in, n.bias].includes(quantity)) || drawn?.edges?.some((e) => e.weight === quantity)) return quantity;
  const index = Number(/^layer(\d+)/.exec(finding.layer ?? '')?.[1] ?? 0);
  const withNodes = (drawn?.layers ?? []).map((l, i) => ({ number: i + 1, nodes: l.parameters > 0 }));
  const column = withNodes.filter((l) => l.nodes && l.number <= index).length;
  return nodes.find((n) => n.layer === column && column > 0)?.name ?? null;
}

export function Findings() {
  const [list, setList] = useState<Finding[] | null>(null);
  const status = run.value?.status;
  useEffect(() => {
    if (status === 'playing' || status === 'starting') return;
    let isCurrent = true;
    api.findings(runId.value).then((answer) => isCurrent && setList(answer.findings), () => isCurrent && setList(null));
    return () => {
      isCurrent = false;
    };
  }, [runId.value, status, status === 'playing' ? 0 : run.value?.step]);
  if (list === null) return null;
  const show = (finding: Finding, place: string) => {
    pinned.value = place;
    goTo(finding.epoch * batches.value);
    page.value = 'network';
  };
  return (
    <section>
      <h2>{t('train.findings')}</h2>
      {list.length === 0 && <p>{t('train.healthy')}</p>}
      <ul class="findings">
        {list.map((f, i) => {
          const place = placeOf(f, network.value);
          return (
            <li key={i}>
              <h3>
                {tOr(`finding.${f.kind}`, f.kind.replaceAll('_', ' '))}
                {f.layer && ` · ${f.layer}`}
              </h3>
              <dl>
                <dt>{t('train.seen')}</dt>
                <dd>{f.evidence}</dd>
                <dt>{t('train.why')}</dt>
                <dd>{f.why}</dd>
                <dt>{t('train.try')}</dt>
                <dd>{f.cure}</dd>
              </dl>
              {place && (
                <button type="button" class="quiet" onClick={() => show(f, place)}>
                  {t('train.show')}: {place}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
