import { describe, expect, it } from 'vitest';
import { chartSvg, type ChartLook } from './chart';

const look: ChartLook = { title: 'Loss <1>', isLogX: false, isLogY: false, ground: '#fff', ink: '#000', grid: '#ddd' };
const line = (y: (number | null)[]) => ({ name: 'a & b', x: y.map((_, i) => i), y, colour: '#123456', isDashed: false });

describe('chartSvg', () => {
  it('escapes what a user named', () => {
    const svg = chartSvg([line([1, 2])], look);
    expect(svg).toContain('Loss &#60;1&#62;');
    expect(svg).toContain('a &#38; b');
  });
  it('leaves a gap where there is no number', () => {
    const d = chartSvg([line([1, null, 2, 3])], look).match(/<path d="([^"]*)" stroke="#123456" stroke-width="2" /)![1]!;
    expect(d.match(/M/g)).toHaveLength(2);
    expect(d).not.toContain('NaN');
  });
  it('draws nothing of a logarithm that does not exist, and stands empty', () => {
    expect(chartSvg([line([0, -1, 5])], { ...look, isLogX: true, isLogY: true })).not.toMatch(/NaN|Infinity/);
    expect(chartSvg([line([null])], { ...look, isLogX: true, isLogY: true })).not.toMatch(/NaN|Infinity/);
    expect(chartSvg([], look)).toContain('</svg>');
  });
  it('marks where a branch left its parent, and says so, but not outside of its axes', () => {
    const fork = { x: 2, name: 'left at step 2', colour: '#abcdef', isDashed: true };
    const svg = chartSvg([line([1, 2, 3, 4, 5])], { ...look, marks: [fork] });
    expect(svg).toMatch(/<path d="M440\.00 48V400" stroke="#abcdef" stroke-width="1.6" stroke-dasharray="6 4"\/>/);
    expect(svg).toContain('left at step 2</text>');
    expect(chartSvg([line([1, 2])], { ...look, marks: [fork] })).not.toContain('V400" stroke="#abcdef"');
  });
});
