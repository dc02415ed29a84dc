#include "isinglass/book/run_numbers.h"

#include "isinglass/figure/number_label.h"

namespace isinglass {
namespace {

// The quantities of a network with their names, parted: what belongs to the batch and what to a sample.
struct Named {
  Address address;
  std::string name;
};
struct Quantities {
  std::vector<Named> parameters, values;
};

Quantities quantities_of(const Graph& graph) {
  Quantities all;
  for (const Address& address : all_quantities(graph))
    (address.is_value() ? all.values : all.parameters).push_back({address, name_of(address, graph)});
  return all;
}

Named derivative_of(Named quantity, const Graph& graph) {
  quantity.address.is_derivative = true;
  return {quantity.address, name_of(quantity.address, graph)};
}

Value list(RunReader& run, const std::vector<Named>& quantities, Index epoch, std::optional<Index> sample) {
  Value numbers = Value::Table{};
  for (const Named& q : quantities) numbers.set(q.name, run.number(q.address, epoch, sample).value);
  return numbers;
}

Value state_of(RunReader& run, const Quantities& all, Index epoch, bool has_derivatives) {
  const auto derivatives = [&](const std::vector<Named>& of) {
    std::vector<Named> out;
    for (const Named& q : of) out.push_back(derivative_of(q, run.graph()));
    return out;
  };
  Value state = Value::Table{};
  state.set("loss", number_of(run, "loss", epoch));
  state.set("parameters", list(run, all.parameters, epoch, {}));
  if (has_derivatives) state.set("gradients", list(run, derivatives(all.parameters), epoch, {}));
  Value::Array samples;
  for (Index n = 0; n < run.training_samples(); ++n) {
    Value sample = Value::Table{};
    sample.set("loss", number_of(run, "loss", epoch, n));
    sample.set("values", list(run, all.values, epoch, n));
    if (has_derivatives) sample.set("derivatives", list(run, derivatives(all.values), epoch, n));
    if (has_derivatives) sample.set("gradients", list(run, derivatives(all.parameters), epoch, n));
    samples.push_back(std::move(sample));
  }
  state.set("samples", std::move(samples));
  return state;
}

Value test_of(RunReader& run, const Quantities& all) {
  Value::Array samples;
  for (Index n = 0; n < run.data().test->size(); ++n) {
    Value sample = Value::Table{}, values = Value::Table{};
    sample.set("loss", test_number_of(run, "loss", n));
    for (const Named& q : all.values) values.set(q.name, run.number_in("test", q.address, run.epochs(), n).value);
    sample.set("values", std::move(values));
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

double number_of(RunReader& run, const std::string& quantity, Index epoch, std::optional<Index> sample) {
  return run.number(parse_quantity(quantity, run.graph()), epoch, sample).value;
}

double test_number_of(RunReader& run, const std::string& quantity, Index sample) {
  return run.number_in("test", parse_quantity(quantity, run.graph()), run.epochs(), sample).value;
}

void copy_parameters(RunReader& run, Index epoch, Parameters<double>& to) {
  for (std::size_t k = 0; k < to.graph().parameters.size(); ++k)
    for (Index i = 0; i < to.graph().parameters[k].size(); ++i)
      to[k].data[i] = run.number({.kind = Address::kParameter, .which = k, .element = i}, epoch).value;
}

Value numbers_of(RunReader& run, const std::vector<Index>& epochs) {
  const Quantities all = quantities_of(run.graph());
  Value document = Value::Table{}, states = Value::Table{};
  for (const Index epoch : epochs) states.set(std::to_string(epoch), state_of(run, all, epoch, true));
  document.set("epochs", std::move(states));
  document.set("final", state_of(run, all, run.epochs(), false));
  if (run.data().test) document.set("test", test_of(run, all));
  return document;
}

BookTable number_table(RunReader& run, const std::string& title, const std::vector<std::string>& quantities,
                       const std::vector<Index>& epochs, Index sample) {
  BookTable table{.title = title, .header = {"quantity"}};
  for (const Index epoch : epochs)
    table.header.push_back(epoch == run.epochs() ? "after training" : "epoch " + std::to_string(epoch));
  for (const std::string& name : quantities) {
    const Address address = parse_quantity(name, run.graph());
    table.rows.push_back({name});
    for (const Index epoch : epochs) {
      const std::optional<Index> of = address.is_value() ? std::optional(sample) : std::nullopt;
      table.rows.back().push_back(number_label(run.number(address, epoch, of).value, 6));
    }
  }
  return table;
}

}  // namespace isinglass
