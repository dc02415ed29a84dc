// A network that is too large, or too different, to be drawn node by node.
import type { Network } from '../api/types';
import { t } from '../i18n';

export function LayerTable({ network }: { network: Network }) {
  return (
    <div class="layers">
      <p class="muted">{t('diagram.tooLarge', { n: network.parameters.toLocaleString('en') })}</p>
      <table>
        <caption class="hidden">{t('diagram.layers')}</caption>
        <tbody>
          {network.layers.map((layer) => (
            <tr key={layer.name}>
              <th scope="row">{layer.name}</th>
              <td>{layer.kind}</td>
              <td>{layer.activation}</td>
              <td>{layer.shape.join(' × ')}</td>
              <td class="number">{layer.parameters.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
