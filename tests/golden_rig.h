// tests/golden_rig.h - an example, trained with a look at every epoch: for tests that know its numbers.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"
#include "tests/golden.h"

namespace isinglass {

// An example in double precision, ready to be trained.
class GoldenRig {
 public:
  explicit GoldenRig(const std::string& example)
      : experiment(load_experiment(source_path("examples/" + example + ".toml"))),
        data(load_data(experiment.data, source_path("examples"), *counter_stream({}))),
        graph(Graph::build(experiment.model, data.train.input_shape())),
        loss(resolve_loss(experiment.train, graph, false)),
        trainer({.graph = graph,
                 .options = experiment.train,
                 .loss = loss,
                 .random = experiment.random(),
                 .preprocessor = data.preprocessor,
                 .pool = pool,
                 .train = data.train}) {}

  // Trains. Before the update of every epoch, for it is one batch: `look(plan, epoch)`.
  void train(std::function<void(const Plan<double>&, Index)> look) {
    Watcher watcher(*this, std::move(look));
    trainer.plan().set_observer(&watcher);
    trainer.run({});
    trainer.plan().set_observer(nullptr);
  }

  ThreadPool pool{1};
  Experiment experiment;
  LoadedData data;
  Graph graph;
  Loss loss;
  Trainer<double> trainer;

 private:
  class Watcher : public Observer<double> {
   public:
    Watcher(GoldenRig& rig, std::function<void(const Plan<double>&, Index)> look) : rig_(rig), look_(std::move(look)) {}
    void after_backward(const Plan<double>& plan, std::size_t layer) override {
      if (layer == 0) look_(plan, rig_.trainer.progress().epoch);
    }

   private:
    GoldenRig& rig_;
    std::function<void(const Plan<double>&, Index)> look_;
  };
};

inline void expect_near(std::span<const double> got, const std::vector<double>& expected, double tolerance,
                        const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance) << what << " " << i;
}

// Numbers of a table of lists, to any depth, one after the other.
inline void append_numbers(const Value& v, std::vector<double>& out) {
  if (v.as_array() == nullptr) return out.push_back(number(v));
  for (const Value& element : *v.as_array()) append_numbers(element, out);
}
inline std::vector<double> all_numbers(const Value& v) {
  std::vector<double> out;
  append_numbers(v, out);
  return out;
}

// The first `rows` rows of a view, all numbers of `expected`.
inline void expect_rows(View<const double> got, Index rows, const Value& expected, double tolerance,
                        const std::string& what) {
  const std::vector<double> want = all_numbers(expected);
  ASSERT_EQ(static_cast<Index>(want.size()), rows * got.cols) << what;
  for (Index n = 0; n < rows; ++n)
    for (Index j = 0; j < got.cols; ++j)
      EXPECT_NEAR(got(n, j), want[static_cast<std::size_t>(n * got.cols + j)], tolerance)
          << what << " of sample " << n << ", " << j;
}

// Every parameter, or what `prefix` makes of its name, as `expected` says.
inline void expect_parameters(const Parameters<double>& parameters, const Value& expected, const std::string& prefix,
                              double tolerance, const std::string& when) {
  for (std::size_t k = 0; k < parameters.graph().parameters.size(); ++k) {
    const std::string name = prefix + parameters.graph().parameters[k].name;
    const View<const double> w = parameters[k];
    ASSERT_NE(expected.find(name), nullptr) << name;
    expect_near({w.data, static_cast<std::size_t>(w.size())}, numbers(*expected.find(name)), tolerance, name + when);
  }
}

}  // namespace isinglass
