// isinglass/record/layer_statistics.h - what a batch says about the health of each layer and unit, in a few numbers.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "isinglass/model/plan.h"
#include "isinglass/record/store_format.h"

namespace isinglass {

constexpr Index kMostUnits = 1024;

// Of one network, whose parameters are looked up once: of a tiny one a step takes less time than such a look.
template <class T>
class LayerStatistics {
 public:
  // The graph outlives this.
  explicit LayerStatistics(const Graph& graph);

  // Appends a row for each layer, and for each unit of layers with at most kMostUnits, of the batch that the plan has
  // just trained with, and the norms of each unit that has parameters of its own; update_ratio stays no number.
  void append(const Plan<T>& plan, Index step, std::vector<LayerStatistic>& layers, std::vector<UnitStatistic>& units,
              std::vector<UnitNorm>& norms);
  // Of the rows appended last, when they are still the last ones: |w' - w| / |w| of the update that came after.
  void add_update_ratios(const Parameters<T>& after, std::vector<LayerStatistic>& layers, std::vector<UnitNorm>& norms);

 private:
  struct Part {  // a parameter; the graph's states, such as running means, are none
    std::size_t parameter = 0, layer = 0;
    Index size = 0;
    std::size_t first_unit = 0, units = 0;  // in units_, by which it is shared out; 0: it is not
    Index inner = 1;                        // so many numbers in a row belong to one unit
  };
  struct Range {  // between whose ends an activation flattens out
    double low = 0, high = 0;
  };
  struct Outputs {  // of a layer
    ValueId value = 0;
    Index units = 1, width = 1;
    std::optional<Range> range;
    bool can_die = false, has_parameters = false;
  };
  struct Unit {
    Index layer = 0, unit = 0;
  };
  struct Sums {
    std::vector<double> layers, units;  // of squares
  };
  void list_parts();
  template <class F>
  void add_squares(F number, Sums& sums) const;
  void append_outputs(const Plan<T>& plan, const Outputs& outputs, LayerStatistic& row,
                      std::vector<UnitStatistic>& units) const;

  const Graph* graph_;
  std::vector<Part> parts_;
  std::vector<Outputs> outputs_;  // of each layer
  std::vector<Unit> units_;       // that have norms, in the order of their rows
  Parameters<T> before_;          // of the rows appended last
  Sums weights_, slopes_;
};

extern template class LayerStatistics<float>;
extern template class LayerStatistics<double>;

}  // namespace isinglass
