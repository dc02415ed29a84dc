// isinglass/model/plan_sharing_test.cpp - a lean plan computes the bits of one that keeps its values.
#include "isinglass/model/plan_sharing.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "isinglass/io/toml.h"
#include "isinglass/model/plan.h"
#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr Index kRows = 37;
constexpr const char* kNetworks[] = {
    R"(layers = [{ kind = "conv2d", kernels = 4, activation = "relu" },
                 { kind = "conv2d", kernels = 3, activation = "relu", activity_l1 = 0.01 }, { kind = "max_pool2d" },
                 { kind = "dropout", rate = 0.25 }, { kind = "flatten" }, { kind = "dense", units = 9, activation = "relu" },
                 { kind = "dropout", rate = 0.5 }, { kind = "dense", units = 3, activation = "softmax" }])",
    R"(layers = [{ kind = "conv2d", kernels = 3 }, { kind = "batch_norm", activation = "relu" }, { kind = "dropout" },
                 { kind = "residual", layers = [{ kind = "relu" }, { kind = "conv2d", kernels = 3, padding = "same" }] },
                 { kind = "relu" }, { kind = "relu" }, { kind = "flatten" },
                 { kind = "dense", units = 3, activity_l1 = 0.01 }, { kind = "relu" }, { kind = "softmax" }])",
    R"(layers = [{ kind = "flatten" }, { kind = "dropout", rate = 0.2 },
                 { kind = "parallel", branches = [[{ kind = "relu" }], [], [{ kind = "dense", units = 5, activation = "tanh" }]] },
                 { kind = "relu" }, { kind = "dense", units = 3, activation = "softmax" }])",
    R"(layers = [{ kind = "flatten" }, { kind = "dense", units = 30, activation = "relu" },
                 { kind = "dense", units = 20, activation = "relu", activity_l1 = 0.01 },
                 { kind = "dense", units = 18, use_bias = false, activation = "relu" },
                 { kind = "parallel", branches = [[{ kind = "dense", units = 4, activation = "relu" }], [{ kind = "relu" }]] },
                 { kind = "dense", units = 3 }, { kind = "relu" }, { kind = "dense", units = 3, activation = "softmax" }])",
    R"(layers = [{ kind = "flatten" }, { kind = "dense", units = 12, activation = "sigmoid" },
                 { kind = "reshape", shape = [3, 2, 2] }, { kind = "flatten" }, { kind = "dropout", rate = 0.2 },
                 { kind = "dense", units = 6, activation = "tanh" }, { kind = "reshape", shape = [2, 3] }, { kind = "relu" },
                 { kind = "flatten" }, { kind = "dense", units = 3, activation = "softmax" }])",
    R"(layers = [{ kind = "parallel", branches = [[{ kind = "flatten" }, { kind = "dense", units = 5 }],
                                                  [{ kind = "flatten" }, { kind = "reshape", shape = [182] }]] },
                 { kind = "dense", units = 3, activation = "softmax" }])"};

struct Rig {
  Rig(const char* network, Index threads, bool lean, bool training)
      : pool(threads), graph(build(network)), parameters(graph) {
    parameters.initialise({.seed = 5});
    plan.emplace(
        graph, parameters, pool,
        PlanOptions{
            .max_batch = kRows, .loss = Loss::read("categorical_cross_entropy"), .training = training, .lean = lean});
    const auto stream = counter_stream({9, Purpose::kData, 0, 0});
    for (Index n = 0; n < kRows; ++n) {
      for (float& x : plan->input().row(n)) x = static_cast<float>(stream->normal());
      std::fill_n(plan->target().row(n).data(), 3, 0.0F);
      plan->target()(n, n % 3) = 1;
    }
  }
  static Graph build(const char* network) {
    Architecture architecture;
    read_options(parse_toml(network, "model.toml"), architecture, "[model]");
    return Graph::build(architecture, {1, 14, 13});
  }

  ThreadPool pool;
  Graph graph;
  Parameters<float> parameters;
  std::optional<Plan<float>> plan;
};

void expect_same(std::span<const float> got, std::span<const float> expected, const char* what) {
  ASSERT_EQ(std::memcmp(got.data(), expected.data(), expected.size_bytes()), 0) << what;
}

// Training, inference, fewer rows, inputs elsewhere, an observer that comes and goes.
TEST(PlanSharing, ChangesNoBit) {
  Observer<float> observer;
  for (const char* network : kNetworks)
    for (const Index threads : {1, 2})
      for (const bool training : {true, false}) {
        SCOPED_TRACE(network);
        Rig lean(network, threads, true, training), kept(network, threads, false, training);
        const View<const float> input = lean.plan->input();
        std::vector<float> elsewhere(input.data, input.data + input.size());
        for (std::uint64_t step = 0; step < 6; ++step) {
          lean.plan->set_observer(step == 3 ? &observer : nullptr);
          if (step == 4) lean.plan->read_input({elsewhere.data(), kRows, input.cols});
          if (step == 5) lean.plan->read_input(input), lean.plan->keep_values();
          const Index rows = step == 2 ? 11 : kRows;
          for (Rig* rig : {&lean, &kept})
            if (training && step != 1)
              rig->plan->train(rows, {.seed = 3, .step = step});
            else
              rig->plan->forward(rows, Mode::kInference, {}, step % 2 == 1);
          for (Index n = 0; n < rows; ++n)
            expect_same(lean.plan->output().row(n), kept.plan->output().row(n), "output");
          EXPECT_EQ(lean.plan->mean_loss(), kept.plan->mean_loss());
          if (training) expect_same(lean.plan->gradients().flat(), kept.plan->gradients().flat(), "gradients");
          for (ValueId v = 0; (step == 3 || step == 5) && v <= lean.graph.nodes.size(); ++v)
            for (Index n = 0; n < rows; ++n)
              expect_same(std::as_const(*lean.plan).value(v).row(n), std::as_const(*kept.plan).value(v).row(n),
                          "a value that somebody looks at");
          if (testing::Test::HasFatalFailure()) return;
        }
      }
}

// Of a network whose nodes are all in runs of chunks; `second_run`: of them the first that is in another run than the input.
PlanSharing sharing_of(const Graph& graph, std::size_t second_run, bool input_gradient = false) {
  std::vector<LayerFunctions<float>> functions;
  for (const GraphNode& node : graph.nodes) functions.push_back(node.layer.functions<float>());
  std::vector<std::size_t> runs(graph.nodes.size(), 1);
  std::fill(runs.begin() + static_cast<std::ptrdiff_t>(second_run), runs.end(), 2);
  return PlanSharing(graph, functions, runs, graph.nodes.back().inputs[0], input_gradient);
}

// The first network: convolutions write where their rectifiers do, but for one with a penalty on its output.
TEST(PlanSharing, IsOfNeighboursThatAllowIt) {
  const PlanSharing sharing = sharing_of(Rig::build(kNetworks[0]), 7);
  EXPECT_EQ(sharing.place, (std::vector<ValueId>{0, 2, 2, 4, 4, 7, 7, 7, 9, 9, 10, 11, 12}));
  EXPECT_EQ(sharing.passing,
            (std::vector<bool>{false, true, true, true, true, false, false, false, true, true, true, false, false}));
}

// Layers that change no number: of the input, of what a layer needs for its way back, of what another writes over.
TEST(PlanSharing, IdentitiesStayWhereTheirInputIs) {
  const auto places = [](const char* network, bool input_gradient) {
    return sharing_of(Rig::build(network), 1, input_gradient).place;
  };
  // flatten; dense, sigmoid; reshape, flatten, dropout; dense, tanh; reshape, relu, flatten; dense, softmax
  EXPECT_EQ(places(kNetworks[4], false), (std::vector<ValueId>{0, 0, 2, 3, 6, 6, 6, 7, 8, 11, 11, 11, 12, 13}));
  EXPECT_EQ(places(kNetworks[4], true)[1], 1);
  // flatten, dense beside flatten, reshape
  EXPECT_EQ(places(kNetworks[5], false), (std::vector<ValueId>{0, 0, 2, 4, 4, 5, 6, 7}));
}

// A rectifier between dense layers is no pass of its own, but where a penalty or another reader needs its gradient.
TEST(PlanSharing, LeavesRectifiersToDenseLayers) {
  const Graph graph = Rig::build(kNetworks[3]);
  const PlanSharing sharing = sharing_of(graph, 1);
  std::string left;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const PlanSharing::Rectifying& r = sharing.rectifying[k];
    left += graph.nodes[k].layer.kind();
    left += r.rectify || r.leaves_forward ? " y" : "";
    left += r.x_is_rectified || r.leaves_backward ? " dx" : "";
    left += k + 1 < graph.nodes.size() ? ", " : "";
  }
  EXPECT_EQ(left,
            "flatten, dense y, relu y dx, dense y dx, relu y, dense y, relu y, dense y, relu y, relu, concat, "
            "dense y, relu y dx, dense dx, softmax");
}

// What a layer says of its memory holds: y in the place of x, dx in that of dy, and backward without x or y.
TEST(PlanSharing, LayersKeepTheirWord) {
  for (const LayerRow& row : layer_table().rows())
    for (const Sample<Layer>& sample : row.samples()) {
      if (sample.layer.is_composite() || sample.inputs.size() != 1) continue;
      const LayerFunctions<float> functions = sample.layer.functions<float>();
      SCOPED_TRACE(row.name);
      for (const Mode mode : {Mode::kTraining, Mode::kInference}) {
        LayerRig<float> apart(sample.layer, sample.inputs, 3), together(sample.layer, sample.inputs, 3);
        const auto stream = counter_stream({4, Purpose::kData, 0, 0});
        const auto fill = [&](const View<float>& a, const View<float>& b) {
          for (Index i = 0; i < a.size(); ++i) b.data[i] = a.data[i] = static_cast<float>(stream->normal());
        };
        apart.mode = together.mode = mode;
        fill(apart.x(), together.x());
        fill(apart.dy(), together.dy());
        for (std::size_t k = 0; k < apart.specs().size(); ++k) fill(apart.param(k), together.param(k));
        apart.forward();
        apart.backward();
        Forward<float> forward = together.forward_call(0, 3);
        if (functions.in_place) forward.y = together.x();
        functions.forward(functions.self, forward);
        expect_same({forward.y.data, static_cast<std::size_t>(apart.y().size())},
                    {apart.y().data, static_cast<std::size_t>(apart.y().size())}, "y");
        Backward<float> backward = together.backward_call(0, 3);
        std::vector<float> spoilt(static_cast<std::size_t>(apart.y().size()), 7);
        backward.y =
            View<const float>(functions.backward_reads_output ? forward.y.data : spoilt.data(), 3, apart.y().cols);
        const View<float> dx = functions.in_place ? together.dy() : together.dx();
        backward.dx = std::span<const View<float>>(&dx, 1);
        functions.backward(functions.self, backward);
        expect_same({dx.data, static_cast<std::size_t>(apart.dx().size())},
                    {apart.dx().data, static_cast<std::size_t>(apart.dx().size())}, "dx");
        if (testing::Test::HasFatalFailure()) return;
      }
    }
}

}  // namespace
}  // namespace isinglass
