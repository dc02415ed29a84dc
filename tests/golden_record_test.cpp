// Runs that are recorded: every number of the worked examples can be looked up.
#include <gtest/gtest.h>

#include "isinglass/record/run_reader.h"
#include "tests/golden_rig.h"
#include "tests/record_rig.h"

namespace isinglass {
namespace {

using testing_record::example;
using testing_record::fresh_directory;
using testing_record::record;

// Looks up what the golden files name: "layer1.kernel", "dL/dlayer1.in", "loss", ...; element by element.
class LookUp {
 public:
  LookUp(RunReader& run, double tolerance) : run_(run), tolerance_(tolerance) {}

  void expect(const std::string& name, const Value& expected, Index epoch, std::optional<Index> sample) {
    if (expected.as_array() == nullptr) return expect_number(name, number(expected), epoch, sample);
    const std::vector<double> wanted = numbers(expected);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::string element =
          name == "dL/dinput" ? "dL/dI" + std::to_string(i + 1) : name + "[" + std::to_string(i) + "]";
      expect_number(element, wanted[i], epoch, sample);
    }
  }
  // A list with an entry, a number or a list, for each sample.
  void expect_samples(const std::string& name, const Value& expected, Index epoch) {
    for (std::size_t n = 0; n < expected.as_array()->size(); ++n) {
      const Value& entry = (*expected.as_array())[n];
      const bool is_list = entry.as_array() != nullptr || name == "loss";
      expect(is_list ? name : name + "[0]", entry, epoch, static_cast<Index>(n));
    }
  }
  int compared() const { return compared_; }
  int recorded() const { return recorded_; }

 private:
  void expect_number(const std::string& name, double wanted, Index epoch, std::optional<Index> sample) {
    const RunNumber got = run_.number(parse_quantity(name, run_.graph()), epoch, sample);
    EXPECT_NEAR(got.value, wanted, tolerance_) << name << " at epoch " << epoch << " of sample " << sample.value_or(-1);
    ++compared_;
    recorded_ += got.recorded;
  }

  RunReader& run_;
  double tolerance_;
  int compared_ = 0, recorded_ = 0;
};

// Every number of the golden file at every epoch, but for the parts that an explanation has.
void expect_golden(const std::string& name, const std::string& file, int at_least) {
  const std::string directory = fresh_directory(name);
  record(example(name), directory);
  RunReader run(directory, 1);
  const Value golden = read_golden(file);
  const double tolerance = number(*golden.find("tolerance"));
  int compared = 0;
  for (const auto& [key, state] : *golden.find("epochs")->as_table()) {
    const Index epoch = std::stol(key);
    const Value* later = golden.find("tolerance from epoch 5000");
    LookUp look(run, epoch >= 4999 && later != nullptr ? number(*later) : tolerance);
    for (const auto& [quantity, expected] : *state.as_table()) {
      const bool is_value = quantity.find(".in") != std::string::npos || quantity.find(".out") != std::string::npos;
      const bool has_samples = is_value && golden.find("epochs")->find("0")->find("samples") != nullptr;
      if (quantity == "kernel partials") continue;
      if (quantity == "sample losses") {
        look.expect_samples("loss", expected, epoch);
      } else if (quantity == "samples") {
        for (std::size_t n = 0; n < expected.as_array()->size(); ++n)
          for (const auto& [of_sample, numbers] : *(*expected.as_array())[n].as_table())
            look.expect(of_sample, numbers, epoch, static_cast<Index>(n));
      } else if (has_samples || (is_value && (*expected.as_array())[0].as_array() != nullptr)) {
        look.expect_samples(quantity, expected, epoch);
      } else {
        look.expect(quantity, expected, epoch, {});
      }
    }
    compared += look.compared();
    EXPECT_GT(look.recorded(), 0) << key;
  }
  EXPECT_GE(compared, at_least);
  if (golden.find("final") == nullptr) return;
  LookUp look(run, number(*golden.find("tolerance from epoch 5000")));
  for (const auto& [quantity, expected] : *golden.find("final")->as_table())
    if (quantity.starts_with("layer")) look.expect(quantity, expected, run.epochs(), {});
  for (const char* quantity : {"layer2.out", "layer4.out"}) {
    const Value& rows = *golden.find("final")->find(std::string("test ") + quantity);
    for (std::size_t n = 0; n < rows.as_array()->size(); ++n) {
      const std::vector<double> wanted = all_numbers((*rows.as_array())[n]);
      for (std::size_t j = 0; j < wanted.size(); ++j)
        EXPECT_NEAR(run.number_in("test", parse_quantity(quantity + ("[" + std::to_string(j) + "]"), run.graph()),
                                  run.epochs(), static_cast<Index>(n))
                        .value,
                    wanted[j], 1e-11);
    }
  }
}

TEST(Record, HasEveryNumberOfTheSmallestNetwork) {
  expect_golden("ann-3-2-1", "ann_3_2_1.json", 9 * 22);
}
TEST(Record, HasEveryNumberOfTheCnnOfOneImage) {
  expect_golden("cnn-single", "cnn_single.json", 9 * 35);
}
TEST(Record, HasEveryNumberOfTheCnnOfTenImages) {
  expect_golden("cnn-batch", "cnn_batch.json", 4 * 150);
}
TEST(Record, HasEveryNumberOfTheAutoencoder) {
  expect_golden("autoencoder-3-2-1-2-3", "autoencoder.json", 7 * 120);
}

}  // namespace
}  // namespace isinglass
