// isinglass/kernels/lane_reading.h - which numbers of an image the chains of a convolution read, place by place.
//
// Along each axis, places between its ends read all of their taps; those near an end read beyond the image, at a padding
// of zeros. Such links may be left out of a chain: with a finite factor they change no sum but -0, which becomes 0, and
// sums that differ by the sign of zero alone go on to do so or are the same. So a sum without them that is not -0 is the
// sum with them.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "isinglass/kernels/lane_sizes.h"

namespace isinglass::kernels {

// Cuts into tiles as tile_height() does, with one division for all: the first `longer` ones have one more.
struct Tiles {
  Tiles(Index of, Index most) : count((of + most - 1) / most), size(of / count), longer(of % count) {}
  Index count, size, longer;

  Index operator[](Index i) const { return size + (i < longer ? 1 : 0); }
};

// Neighbouring places of an axis that read the same taps: places begin .. end - 1, taps first .. last - 1.
struct Stretch {
  Index begin, end, first, last;

  Index places() const { return end - begin; }
};

// Place u of an axis reads number at(u, t) of `extent` numbers at tap t, where there is such a number.
struct Reading {
  Index places, step, extent, taps, origin, tap_step;

  Index at(Index u, Index t) const { return u * step + origin + t * tap_step; }
  // The places that have a number at a tap: they are neighbours.
  Stretch having(Index t) const {
    Stretch of{0, places, t, t + 1};
    while (of.begin < of.end && at(of.begin, t) < 0) ++of.begin;
    while (of.end > of.begin && at(of.end - 1, t) >= extent) --of.end;
    return of;
  }
  Stretch stretch(Index begin, Index end) const {
    Stretch all = taps_of(begin);
    for (Stretch next = all; all.end < end; ++all.end) {
      next = taps_of(all.end);
      if (next.first != all.first || next.last != all.last) break;
    }
    return all;
  }

 private:
  Stretch taps_of(Index u) const {
    const auto is_outside = [&](Index t) { return at(u, t) < 0 || at(u, t) >= extent; };
    Stretch one{u, u + 1, 0, taps};
    while (one.first < one.last && is_outside(one.first)) ++one.first;
    while (one.last > one.first && is_outside(one.last - 1)) --one.last;
    return one;
  }
};

// What the windows of a convolution read of an image, or of one with its padding around it.
inline Reading reading_of(const Axis& axis, bool is_padded) {
  return {.places = axis.out,
          .step = axis.stride,
          .extent = axis.in + (is_padded ? axis.before + axis.after : 0),
          .taps = axis.kernel,
          .origin = is_padded ? 0 : -axis.before,
          .tap_step = axis.dilation};
}

// The numbers of an axis of the image that belong to a phase, and what they read of y, or of y with zeros around it.
struct PhaseReading {
  Index first, count;  // where in the image they begin, and how many they are: the windows reach reading.places of them
  Reading reading;
};
inline PhaseReading reading_of_phase(const Unfolded& unfolded, Index phase, bool is_padded) {
  const Axis& axis = unfolded.axis;
  const Index first = (phase + axis.stride - axis.before % axis.stride) % axis.stride;
  const Index count = std::max<Index>((axis.in - first + axis.stride - 1) / axis.stride, 0);
  const Index element = (first + axis.before) / axis.stride, around = is_padded ? unfolded.reach() : 0;
  Reading reading{.places = phase < unfolded.phases() ? std::clamp<Index>(unfolded.length() - element, 0, count) : 0,
                  .step = 1,
                  .extent = axis.out + 2 * around};
  for (Index tap = 0; tap < axis.kernel; ++tap) {
    if (unfolded.phase(tap) != phase) continue;
    const Index origin = element + around - unfolded.shift(tap);
    if (reading.taps == 0) reading.origin = origin;
    if (reading.taps == 1) reading.tap_step = origin - reading.origin;
    ++reading.taps;
  }
  return {first, count, reading};
}

// A link of a chain: what it reads, from what the first one reads on, and its factor.
struct LaneLink {
  std::int32_t x, factor;
};
using LaneLinks = std::array<LaneLink, kMostLaneSteps>;

// The links of these stretches within a plane whose neighbouring numbers are `unit` apart; returns how many they are.
inline std::size_t link(const Reading& rows, const Reading& cols, const Stretch& row, const Stretch& col, Index unit,
                        LaneLinks& links) {
  std::size_t count = 0;
  for (Index i = row.first; i < row.last; ++i)
    for (Index j = col.first; j < col.last; ++j)
      links[count++] = {static_cast<std::int32_t>(
                            ((i - row.first) * rows.tap_step * cols.extent + (j - col.first) * cols.tap_step) * unit),
                        static_cast<std::int32_t>(i * cols.taps + j)};
  return count;
}

}  // namespace isinglass::kernels
