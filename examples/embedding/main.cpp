// Builds a network, trains it on the four cases of exclusive or, and asks it for them.
#include <isinglass/isinglass.h>

#include <cstdio>

using namespace isinglass;

int main() {
  const std::vector<double> x{0, 0, 0, 1, 1, 0, 1, 1}, y{0, 1, 1, 0};
  const View<const double> inputs(x.data(), 4, 2), targets(y.data(), 4, 1);

  const Architecture architecture{.layers = {{Dense{.units = 8}, Tanh{}}, {Dense{.units = 1}, Sigmoid{}}}};
  Network<float> network(architecture, {2}, /*seed=*/1);
  network.train(
      Dataset::regression(inputs, targets),
      {.loss = BinaryCrossEntropy{}, .optimiser = Adam{.learning_rate = 0.1}, .epochs = 200, .batch_size = 4});

  const std::vector<double> answers = network.predict(inputs);
  for (Index n = 0; n < 4; ++n)
    std::printf("%.0f xor %.0f = %.2f\n", inputs(n, 0), inputs(n, 1), answers[static_cast<std::size_t>(n)]);
}
