// bench/rivals/fann_steps.cpp - FANN on a small fully connected network, fed by fann.py.
//
// Standard input: online (1) or batch (0), learning rate, hidden and output activation (FANN's numbers) and
// steepness, steps of a warm-up, steps of a run, seconds to be timed at least; the number of layers and their widths;
// the weights in FANN's order, a unit's inputs and then its bias; the number of training samples and of test samples;
// the samples, inputs before outputs. Standard output: seconds of a step, the sum of the weights, the outputs for the
// test samples.
#include <doublefann.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <vector>

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
T next() {
  T value{};
  std::cin >> value;
  return value;
}

std::vector<double> next_numbers(std::size_t count) {
  std::vector<double> numbers(count);
  for (double& number : numbers) number = next<double>();
  return numbers;
}

struct Samples {
  std::vector<std::vector<double>> x, y;
};

Samples next_samples(std::size_t count, std::size_t n_in, std::size_t n_out) {
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) {
    samples.x.push_back(next_numbers(n_in));
    samples.y.push_back(next_numbers(n_out));
  }
  return samples;
}

}  // namespace

int main() {
  const bool is_online = next<int>() == 1;
  const double rate = next<double>();
  const int hidden = next<int>(), output = next<int>();
  const double hidden_steepness = next<double>(), output_steepness = next<double>();
  const std::size_t warm_up = next<std::size_t>(), steps = next<std::size_t>();
  const double seconds = next<double>();
  std::vector<unsigned> widths(next<std::size_t>());
  for (unsigned& width : widths) width = next<unsigned>();
  fann* net = fann_create_standard_array(static_cast<unsigned>(widths.size()), widths.data());
  const std::vector<double> weights = next_numbers(fann_get_total_connections(net));
  fann_set_activation_function_hidden(net, static_cast<fann_activationfunc_enum>(hidden));
  fann_set_activation_function_output(net, static_cast<fann_activationfunc_enum>(output));
  fann_set_activation_steepness_hidden(net, hidden_steepness);
  fann_set_activation_steepness_output(net, output_steepness);
  fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
  fann_set_training_algorithm(net, is_online ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
  fann_set_learning_rate(net, static_cast<float>(rate));
  const std::size_t count = next<std::size_t>(), test_count = next<std::size_t>();
  Samples train = next_samples(count, widths.front(), widths.back());
  Samples test = next_samples(test_count, widths.front(), widths.back());
  fann_train_data* data = fann_create_train(static_cast<unsigned>(count), widths.front(), widths.back());
  for (std::size_t i = 0; i < count; ++i) {
    std::copy(train.x[i].begin(), train.x[i].end(), data->input[i]);
    std::copy(train.y[i].begin(), train.y[i].end(), data->output[i]);
  }
  const auto begin = [&] { std::copy(weights.begin(), weights.end(), net->weights); };
  const auto run = [&](std::size_t how_many) {
    for (std::size_t s = 0, row = 0; s < how_many; ++s) {
      if (is_online) {
        fann_train(net, data->input[row], data->output[row]);
        row = row + 1 == count ? 0 : row + 1;
      } else {
        fann_train_epoch(net, data);
      }
    }
  };
  begin();
  run(warm_up);
  std::vector<double> times;
  double sum = 0;
  do {
    begin();
    const double start = now();
    run(steps);
    times.push_back(now() - start);
    sum += times.back();
  } while (sum < seconds);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  double total = 0;
  for (unsigned i = 0; i < fann_get_total_connections(net); ++i) total += net->weights[i];
  std::printf("%.9g %.17g", times[times.size() / 2] / static_cast<double>(steps), total);
  for (std::vector<double>& x : test.x) {
    const double* y = fann_run(net, x.data());
    for (unsigned j = 0; j < widths.back(); ++j) std::printf(" %.17g", y[j]);
  }
  std::printf("\n");
}
