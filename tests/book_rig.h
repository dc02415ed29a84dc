// tests/book_rig.h - a chapter of the book, made in a directory of the test's own, and the golden numbers beside it.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "isinglass/book/chapter.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"
#include "isinglass/figure/svg.h"
#include "tests/command.h"
#include "tests/golden_rig.h"

namespace isinglass {

class BookRig {
 public:
  explicit BookRig(Chapter (*make)(BookRuns& runs))
      : runs(place_ / "runs", 1, [](const std::string&) {}), chapter(make(runs)) {
    for (const BookFigure& figure : chapter.figures) {
      SCOPED_TRACE(figure.name);
      expect_sound(figure.scene);
    }
  }

  // The series of a figure, read back from its file.
  std::vector<SeriesData> series(const std::string& figure) const {
    for (const BookFigure& f : chapter.figures)
      if (f.name == figure) return read_series(to_svg(f.scene), figure + ".svg");
    ADD_FAILURE() << "there is no figure " << figure;
    return {};
  }
  const Value& numbers(const std::string& name) const {
    const auto found = std::ranges::find(chapter.numbers, name, &BookNumbers::name);
    if (found == chapter.numbers.end()) throw InputError("there are no numbers " + name);
    return found->document;
  }

 private:
  testing_command::Workplace place_;

 public:
  BookRuns runs;
  Chapter chapter;
};

inline void expect_bits(double got, double expected, const std::string& what) {
  EXPECT_EQ(std::bit_cast<std::uint64_t>(got), std::bit_cast<std::uint64_t>(expected))
      << what << ": " << number_text(got) << ", expected " << number_text(expected);
}

// A quantity with a sample behind it, as series of curves are named: "O12@3".
struct CurveName {
  Address address;
  std::optional<Index> sample;
};
inline CurveName curve_name(const std::string& name, const Graph& graph) {
  const std::size_t at = name.find('@');
  CurveName curve{.address = parse_quantity(name.substr(0, at), graph)};
  if (at != std::string::npos) curve.sample = std::stol(name.substr(at + 1));
  return curve;
}

// Every curve over x = epoch + 1 has the run's numbers; targets are those of the data. Returns how many curves there
// are, references aside.
inline int expect_curves(const std::vector<SeriesData>& all, RunReader& run) {
  int curves = 0;
  for (const SeriesData& series : all) {
    if (series.name.empty()) continue;  // lines at 0 and at an epoch
    const std::vector<double>& y = series.column("y");
    if (series.name.starts_with("target(")) {
      const auto sample = static_cast<std::size_t>(std::stol(series.name.substr(series.name.find('@') + 1)));
      for (const double target : y) expect_bits(target, run.moment(0).targets[sample], series.name);
      continue;
    }
    const CurveName curve = curve_name(series.name, run.graph());
    EXPECT_EQ(y.size(), static_cast<std::size_t>(run.epochs()) + 1) << series.name;
    for (std::size_t e = 0; e < y.size(); ++e) {
      EXPECT_EQ(series.column("x")[e], static_cast<double>(e) + 1);
      expect_bits(y[e], run.number(curve.address, static_cast<Index>(e), curve.sample).value, series.name);
    }
    ++curves;
  }
  return curves;
}

// Every number of a diagram is the run's; returns how many there are. What is no quantity is left out.
inline int expect_diagram(const std::vector<SeriesData>& all, RunReader& run, Index epoch, Index sample) {
  int numbers = 0;
  for (const SeriesData& series : all) {
    if (series.name.starts_with("product(") || series.columns[0].first != "value") continue;
    const Address address = parse_quantity(series.name, run.graph());
    const bool has_sample = address.is_value() || address.is_derivative;
    expect_bits(series.column("value")[0],
                run.number(address, epoch, has_sample ? std::optional(sample) : std::nullopt).value, series.name);
    ++numbers;
  }
  return numbers;
}

// Golden parameters and outputs of the epochs that a curve goes through.
inline int expect_golden_curves(const std::vector<SeriesData>& all, const Value& golden, RunReader& run) {
  int compared = 0;
  for (const SeriesData& series : all) {
    if (series.name.empty() || series.name.starts_with("target(")) continue;
    const CurveName curve = curve_name(series.name, run.graph());
    for (const auto& [key, state] : *golden.find("epochs")->as_table()) {
      const auto layer_name = name_of(curve.address, run.graph(), Naming::kByLayer);  // "layer1.kernel[0,1]"
      const Value* expected = state.find(layer_name.substr(0, layer_name.find('[')));
      if (expected == nullptr) continue;
      const auto element = static_cast<std::size_t>(curve.address.element + curve.sample.value_or(0));
      EXPECT_NEAR(series.column("y")[static_cast<std::size_t>(std::stol(key))], all_numbers(*expected)[element], 1e-12)
          << series.name << " at epoch " << key;
      ++compared;
    }
  }
  return compared;
}

// Compares a document of numbers_of() with a golden file, which names numbers by their layers.
class GoldenNumbers {
 public:
  GoldenNumbers(const Value& document, const Graph& graph) : document_(document), graph_(graph) {}

  void expect(const Value& golden) {
    const double tolerance = number(*golden.find("tolerance"));
    const Value* later = golden.find("tolerance from epoch 5000");
    for (const auto& [key, state] : *golden.find("epochs")->as_table()) {
      const Value* mine = document_.find("epochs")->find(key);
      ASSERT_NE(mine, nullptr) << "epoch " << key;
      where_ = " at epoch " + key;
      tolerance_ = later != nullptr && std::stol(key) >= 4999 ? number(*later) : tolerance;
      for (const auto& [quantity, expected] : *state.as_table()) expect_quantity(*mine, quantity, expected);
    }
  }
  int compared() const { return compared_; }

 private:
  static const Value& sample(const Value& state, std::size_t n) { return (*state.find("samples")->as_array())[n]; }

  void expect_quantity(const Value& state, const std::string& quantity, const Value& expected) {
    const auto* samples = expected.as_array();
    if (quantity == "kernel partials") return;
    if (quantity == "loss") return near(state.find("loss"), number(expected), "loss");
    if (quantity == "sample losses") {
      for (std::size_t n = 0; n < samples->size(); ++n)
        near(sample(state, n).find("loss"), number((*samples)[n]), "loss of a sample");
    } else if (quantity == "samples") {
      for (std::size_t n = 0; n < samples->size(); ++n)
        for (const auto& [name, numbers] : *(*samples)[n].as_table())
          expect_list(sample(state, n), sample(state, n), name, all_numbers(numbers));
    } else if (state.find("samples")->as_array()->size() > 1 && quantity.ends_with(".out")) {
      for (std::size_t n = 0; n < samples->size(); ++n)
        expect_list(state, sample(state, n), quantity, all_numbers((*samples)[n]));
    } else {
      expect_list(state, sample(state, 0), quantity, all_numbers(expected));
    }
  }

  void expect_list(const Value& of_batch, const Value& of_sample, const std::string& name,
                   const std::vector<double>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::string element =
          name == "dL/dinput" ? "dL/dI" + std::to_string(i + 1) : name + "[" + std::to_string(i) + "]";
      const Address address = parse_quantity(element, graph_);
      const Value& owner = address.is_value() ? of_sample : of_batch;
      const Value* list = owner.find(address.is_value() ? (address.is_derivative ? "derivatives" : "values")
                                                        : (address.is_derivative ? "gradients" : "parameters"));
      ASSERT_NE(list, nullptr) << element;
      near(list->find(name_of(address, graph_)), expected[i], element);
    }
  }

  void near(const Value* got, double expected, const std::string& what) {
    ASSERT_NE(got, nullptr) << what << where_;
    EXPECT_NEAR(number(*got), expected, tolerance_) << what << where_;
    ++compared_;
  }

  const Value& document_;
  const Graph& graph_;
  double tolerance_ = 0;
  std::string where_;
  int compared_ = 0;
};

}  // namespace isinglass
