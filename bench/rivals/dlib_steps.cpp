// bench/rivals/dlib_steps.cpp - dlib on a fully connected network, fed by dlib_rival.py.
//
// dlib's networks are types: DEPTH, HIDDEN, OUTPUT (activations; of the output: not defined, linear),
// IS_CLASSIFIER and IS_SCALAR (one output) choose one. Widths
// are set at run time. Standard input: widths behind a count; optimiser (sgd or adam), learning rate, momentum or beta1,
// beta2; batch; steps of a warm-up, steps of a run (0: predictions), seconds to be timed at least; paths of
// files of raw floats: parameters (of each layer the kernel, then the bias), inputs, targets, inputs to be scored; where
// the outputs for these are to be written. Standard output: seconds of a step, the sum of the parameters.
#include <dlib/dnn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

extern "C" void openblas_set_num_threads(int);

namespace {

using Sample = dlib::matrix<float>;
using Input = dlib::input<Sample>;
template <class S>
using Unit = dlib::fc<1, S>;
template <class S>
using Hidden = dlib::HIDDEN<S>;
#if DEPTH == 2
using Core = Unit<Hidden<Unit<Input>>>;
#elif DEPTH == 3
using Core = Unit<Hidden<Unit<Hidden<Unit<Input>>>>>;
#else
using Core = Unit<Hidden<Unit<Hidden<Unit<Hidden<Unit<Input>>>>>>>;
#endif
#ifdef OUTPUT
using Body = dlib::OUTPUT<Core>;
#else
using Body = Core;
#endif
#if IS_CLASSIFIER
using Net = dlib::loss_multiclass_log<Body>;
using Label = unsigned long;
#elif IS_SCALAR
using Net = dlib::loss_mean_squared<Body>;
using Label = float;
#else
using Net = dlib::loss_mean_squared_multioutput<Body>;
using Label = Sample;
#endif

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
T next() {
  T value{};
  std::cin >> value;
  return value;
}

std::vector<float> next_file() {
  std::ifstream file(next<std::string>(), std::ios::binary | std::ios::ate);
  std::vector<float> numbers(static_cast<std::size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  return numbers;
}

std::vector<Sample> samples(const std::vector<float>& numbers, long width) {
  std::vector<Sample> all(numbers.size() / static_cast<std::size_t>(width));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = dlib::mat(&numbers[i * static_cast<std::size_t>(width)], width, 1);
  return all;
}

std::vector<Label> labels(const std::vector<float>& numbers, long width) {
#if IS_CLASSIFIER || IS_SCALAR
  (void)width;
  return {numbers.begin(), numbers.end()};
#else
  return samples(numbers, width);
#endif
}

// Calls f with every fully connected layer, first to last.
template <class F>
void for_each_dense(Net& net, F&& f) {
  std::vector<dlib::fc_<1, dlib::FC_HAS_BIAS>*> found;
  dlib::visit_computational_layers(net, [&](std::size_t, auto& layer) {
    if constexpr (std::is_same_v<std::decay_t<decltype(layer)>, dlib::fc_<1, dlib::FC_HAS_BIAS>>)
      found.push_back(&layer);
  });
  std::reverse(found.begin(), found.end());
  for (std::size_t k = 0; k < found.size(); ++k) f(k, *found[k]);
}

Net make(const std::vector<long>& widths, const std::vector<float>& parameters, const Sample& first) {
  Net net;
  for_each_dense(net, [&](std::size_t k, auto& layer) { layer.set_num_outputs(widths[k + 1]); });
  dlib::resizable_tensor x;
  net.to_tensor(&first, &first + 1, x);
  net.forward(x);  // now the parameters exist
  std::size_t begin = 0;
  for_each_dense(net, [&](std::size_t, auto& layer) {
    dlib::tensor& p = layer.get_layer_params();
    std::copy_n(parameters.begin() + static_cast<std::ptrdiff_t>(begin), p.size(), p.host());
    begin += p.size();
  });
  return net;
}

template <class Solver>
void train(Net& net, std::vector<Solver>& solvers, const std::vector<Sample>& x, const std::vector<Label>& y,
           long batch, long steps, double rate) {
  dlib::resizable_tensor t;
  const long n = static_cast<long>(x.size());
  for (long s = 0, i = 0; s < steps; ++s) {
    const long end = std::min(i + batch, n);
    net.to_tensor(x.begin() + i, x.begin() + end, t);
    net.compute_parameter_gradients(t, y.begin() + i);
    net.update_parameters(dlib::make_sstack(solvers), rate);
    i = end == n ? 0 : end;
  }
}

// Returns the seconds of a step; `net` is the trained one.
template <class Make, class Run>
double measure(long steps, double seconds, Make&& fresh, Run&& run) {
  std::vector<double> times;
  double sum = 0;
  do {
    fresh();
    const double start = now();
    run();
    times.push_back((now() - start) / static_cast<double>(steps));
    sum += times.back() * static_cast<double>(steps);
  } while (sum < seconds);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int, char** words) {
  openblas_set_num_threads(std::stoi(words[1]));
  std::vector<long> widths(next<std::size_t>());
  for (long& width : widths) width = next<long>();
  const std::string optimiser = next<std::string>();
  const double rate = next<double>(), beta1 = next<double>(), beta2 = next<double>();
  const long batch = next<long>(), warm_up = next<long>(), steps = next<long>();
  const double seconds = next<double>();
  const std::vector<float> parameters = next_file();
  const std::vector<Sample> x = samples(next_file(), widths.front());
  const std::vector<Label> y = labels(next_file(), widths.back());
  const std::vector<Sample> scored = samples(next_file(), widths.front());
  std::ofstream out(next<std::string>(), std::ios::binary);
  Net net = make(widths, parameters, x[0]);
  double time = 0;
  const auto with = [&](const auto& solver) {
    std::vector<std::decay_t<decltype(solver)>> solvers(Net::num_computational_layers, solver);
    train(net, solvers, x, y, batch, warm_up, rate);
    time = measure(
        steps, seconds,
        [&] {
          net = make(widths, parameters, x[0]);
          solvers.assign(Net::num_computational_layers, solver);
        },
        [&] { train(net, solvers, x, y, batch, steps, rate); });
  };
  dlib::resizable_tensor t;
  if (steps == 0) {
    net.to_tensor(scored.begin(), scored.begin() + batch, t);
    constexpr long kCalls = 20;
    time = measure(
        kCalls, seconds, [] {},
        [&] {
          for (long i = 0; i < kCalls; ++i) net.forward(t);
        });
  } else if (optimiser == "adam") {
    with(dlib::adam(0, static_cast<float>(beta1), static_cast<float>(beta2)));
  } else {
    with(dlib::sgd(0, static_cast<float>(beta1)));
  }
  const std::size_t count = steps == 0 ? static_cast<std::size_t>(batch) : scored.size();
  for (std::size_t i = 0; i < count; i += 500) {
    net.to_tensor(scored.begin() + static_cast<std::ptrdiff_t>(i),
                  scored.begin() + static_cast<std::ptrdiff_t>(std::min(i + 500, count)), t);
    const dlib::tensor& outputs = net.subnet().forward(t);
    out.write(reinterpret_cast<const char*>(outputs.host()),
              static_cast<std::streamsize>(outputs.size() * sizeof(float)));
  }
  double total = 0;
  for_each_dense(net, [&](std::size_t, auto& layer) {
    const dlib::tensor& p = layer.get_layer_params();
    for (const float* w = p.host(); w != p.host() + p.size(); ++w) total += *w;
  });
  std::printf("%.9g %.9g\n", time, total);
}
